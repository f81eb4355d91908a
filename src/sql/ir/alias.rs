use smallvec::SmallVec;

use crate::source::Name;

/// The alias of a table in a query: the table's own name, or `T4`, `U0` ...
pub type Alias = Name;

/// A small set of aliases, in the order they came.
#[derive(Clone, Default, Debug)]
pub struct AliasSet(SmallVec<[Alias; 4]>);

impl AliasSet {
    /// Adds one; whether it was new.
    pub fn insert(&mut self, alias: Alias) -> bool {
        if self.contains(alias) {
            return false;
        }
        self.0.push(alias);
        true
    }

    /// Whether it is in.
    pub fn contains(&self, alias: Alias) -> bool {
        self.0.contains(&alias)
    }

    /// Takes one out.
    pub fn remove(&mut self, alias: Alias) {
        self.0.retain(|a| *a != alias);
    }

    /// The members.
    pub fn iter(&self) -> impl Iterator<Item = Alias> + '_ {
        self.0.iter().copied()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl Extend<Alias> for AliasSet {
    fn extend<I: IntoIterator<Item = Alias>>(&mut self, iter: I) {
        for alias in iter {
            self.insert(alias);
        }
    }
}

impl FromIterator<Alias> for AliasSet {
    fn from_iter<I: IntoIterator<Item = Alias>>(iter: I) -> AliasSet {
        let mut set = AliasSet::default();
        set.extend(iter);
        set
    }
}

/// Which aliases get which new names.
#[derive(Clone, Default, Debug)]
pub struct Relabels(pub SmallVec<[(Alias, Alias); 4]>);

impl Relabels {
    /// The new name of an alias: itself where it keeps its name.
    pub fn apply(&self, alias: Alias) -> Alias {
        self.get(alias).unwrap_or(alias)
    }

    /// The new name of an alias, if it gets one.
    pub fn get(&self, alias: Alias) -> Option<Alias> {
        self.0.iter().find(|(old, _)| *old == alias).map(|(_, new)| *new)
    }

    /// Adds one.
    pub fn set(&mut self, old: Alias, new: Alias) {
        self.0.push((old, new));
    }

    /// Whether nothing is renamed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
