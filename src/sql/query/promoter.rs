use smallvec::SmallVec;

use crate::sql::ir::{Alias, AliasSet, Connector, Query};

/// Decides, for the conditions of one node, which joins must be outer so that no row is lost and which can be inner.
///
/// Each condition votes for the joins that it cannot match without. Under OR a join needs every condition's vote to be
/// inner, under AND one is enough; negation turns the connector round.
pub(super) struct JoinPromoter {
    effective: Connector,
    children: usize,
    votes: SmallVec<[(Alias, usize); 4]>,
}

impl JoinPromoter {
    /// For a node of so many conditions.
    pub fn new(connector: Connector, children: usize, negated: bool) -> JoinPromoter {
        let effective = match (negated, connector) {
            (true, Connector::And) => Connector::Or,
            (true, _) => Connector::And,
            (false, connector) => connector,
        };
        JoinPromoter { effective, children, votes: SmallVec::new() }
    }

    /// One condition's votes.
    pub fn vote(&mut self, joins: impl IntoIterator<Item = Alias>) {
        for alias in joins {
            match self.votes.iter_mut().find(|(a, _)| *a == alias) {
                Some((_, votes)) => *votes += 1,
                None => self.votes.push((alias, 1)),
            }
        }
    }

    /// Changes the query's joins; the joins that are inner now.
    pub fn update_join_types(self, query: &mut Query) -> AliasSet {
        let mut promote: SmallVec<[Alias; 4]> = SmallVec::new();
        let mut demote = AliasSet::default();
        for &(alias, votes) in &self.votes {
            if self.effective == Connector::Or && votes < self.children {
                promote.push(alias);
            }
            if self.effective == Connector::And || (self.effective == Connector::Or && votes == self.children) {
                demote.insert(alias);
            }
        }
        query.promote_joins(promote);
        query.demote_joins(demote.iter());
        demote
    }
}
