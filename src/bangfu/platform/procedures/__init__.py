"""The one machine on which every procedure runs (DESIGN §2): right step, right person, right order, nothing back-dated.

It knows no subject. What the steps are comes from ``policy.procedures``; what a guard looks at and what follows from an
outcome are functions of the domains above, known by name (``registry``).
"""
