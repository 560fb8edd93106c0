"""Forms parse what people type and hand typed values over; they decide nothing."""
