//! Standard deviation and variance.

use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::Value;
use rusqlite::{Connection, Result};

use super::{failed, float};

/// Which of the four.
#[derive(Clone, Copy)]
struct Spread {
    /// Over a sample (n - 1) or the whole population (n).
    sample: bool,
    /// The root, or the square.
    deviation: bool,
}

impl Aggregate<Vec<f64>, Value> for Spread {
    fn init(&self, _: &mut Context<'_>) -> Result<Vec<f64>> {
        Ok(Vec::new())
    }

    fn step(&self, ctx: &mut Context<'_>, values: &mut Vec<f64>) -> Result<()> {
        values.push(float(ctx.get_raw(0))?);
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, values: Option<Vec<f64>>) -> Result<Value> {
        let Some(values) = values else { return Ok(Value::Null) };
        let n = values.len();
        if n < 1 + self.sample as usize {
            return Err(failed());
        }
        let mean = values.iter().sum::<f64>() / n as f64;
        // The second sum mends the rounding of the first mean.
        let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
        let drift: f64 = values.iter().map(|x| x - mean).sum();
        let total = squares - drift * drift / n as f64;
        let variance = total / (n - self.sample as usize) as f64;
        Ok(Value::Real(if self.deviation { variance.sqrt() } else { variance }))
    }
}

pub(super) fn register(connection: &Connection, flags: FunctionFlags) -> Result<()> {
    for (name, sample, deviation) in
        [("STDDEV_POP", false, true), ("STDDEV_SAMP", true, true), ("VAR_POP", false, false), ("VAR_SAMP", true, false)]
    {
        connection.create_aggregate_function(name, 1, flags, Spread { sample, deviation })?;
    }
    Ok(())
}
