"""The papers of procedures: what each says, as plain data, and its layout. They are Chinese: offices sign them."""
