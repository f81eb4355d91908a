//! `datetime` and `zoneinfo`. Mirrors <https://docs.python.org/3/library/datetime.html>; the types themselves are in
//! [`crate::object::types::datetime`].

use super::support::put_class;
use crate::object::Rt;
use crate::object::function::Row;
use crate::object::set::Set;
use crate::object::types::datetime::{Date, DateTime, Time, TimeDelta, TimeZone, TzInfo, ZoneInfo, zone};
use crate::object::value::Value;

pub(super) fn install(rt: &Rt) {
    rt.add_module("datetime", |rt, m| {
        for class in [
            rt.class::<Date>(),
            rt.class::<DateTime>(),
            rt.class::<Time>(),
            rt.class::<TimeDelta>(),
            rt.class::<TimeZone>(),
            rt.class::<TzInfo>(),
        ] {
            put_class(m, class);
        }
        m.put("MINYEAR", Value::Int(1));
        m.put("MAXYEAR", Value::Int(9999));
        m.put("UTC", zone::utc(rt));
        let names = ["date", "datetime", "time", "timedelta", "timezone", "tzinfo", "MINYEAR", "MAXYEAR", "UTC"];
        m.put("__all__", Value::tuple(names.map(Value::from).to_vec()));
        Ok(())
    });
    rt.add_module("zoneinfo", |rt, m| {
        put_class(m, rt.class::<ZoneInfo>());
        put_class(m, zone::not_found_class(rt));
        m.add_rows(ZONEINFO);
        m.put("TZPATH", Value::tuple(Vec::new()));
        Ok(())
    });
}

const ZONEINFO: &[Row] = &[Row::method("available_timezones", "()", "The names of all time zones.", |rt, _| {
    Ok(Value::Set(Set::from_values(rt, zone::zone_names().map(Value::from), false)?))
})];
