//! Model instances: making, identity, saving, loading, checking. Mirrors
//! <https://docs.djangoproject.com/en/5.2/ref/models/instances/>.

pub mod accessors;
pub mod identity;
pub mod make;
pub mod refresh;
pub mod rows;
pub mod save;
pub mod state;
pub mod validate;

pub use identity::{field_value, is_set, pk_of, set_pk};
pub use make::Loader;
pub use rows::ROWS;
pub use state::{ModelState, cached, delete_cached, is_cached, model_for, model_of_instance, set_cached, state};
