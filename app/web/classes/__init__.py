"""The teachers' classes: members, co-teachers, and what a class is given."""
