//! What a session touches of the ORM: managers, querysets, instances, related objects.
