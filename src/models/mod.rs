//! Models: options, fields, relations, the app registry, the making of model classes.
