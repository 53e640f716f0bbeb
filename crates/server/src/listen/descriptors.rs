//! Open files: as many as the system allows, and never all of them for connections.

use rustix::process::{Resource, getrlimit, setrlimit};

/// What is kept for everything that is no connection of a client: the database, webhooks, files, the log. Of a low limit, half.
const RESERVE: usize = 640;

/// Raises the soft limit of open files to the hard one. A shell's soft limit is for programs of old that could not have more.
pub(crate) fn raise_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current == limit.maximum {
        return;
    }
    let before = limit.current;
    limit.current = limit.maximum;
    match setrlimit(Resource::Nofile, limit) {
        Ok(()) => tracing::info!(from = before, to = limit.maximum, "the limit of open files was raised"),
        Err(error) => tracing::warn!(%error, limit = before, "the limit of open files could not be raised"),
    }
}

/// How many connections there may be when so many are wanted.
pub(super) fn within_descriptors(wanted: usize) -> usize {
    let limit = getrlimit(Resource::Nofile).current;
    limit.map_or(wanted, |limit| wanted.min(for_connections(usize::try_from(limit).unwrap_or(usize::MAX))))
}

fn for_connections(limit: usize) -> usize {
    limit.saturating_sub(RESERVE.min(limit / 2)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_left_for_everything_else() {
        assert_eq!(for_connections(1_048_576), 1_047_936);
        assert_eq!(for_connections(1_024), 512);
        assert_eq!(for_connections(0), 1);
    }
}
