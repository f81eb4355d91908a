//! `django.utils`: text, functions, dates, settings.

pub mod functional;
pub mod settings;
pub mod text;
pub mod timezone;
