//! The rooms table in `ARCHITECTURE.md` against the dependencies that cargo sees. One of the two is wrong when they
//! differ: change the code, or change the table in the same commit and say why.

use std::{collections::BTreeMap, path::Path};

use cargo_metadata::{DependencyKind, MetadataCommand};

use super::table::Table;

/// One crate of the workspace: its room's name and the rooms that it depends on.
struct Room {
    name: String,
    /// What it is built on.
    uses: Vec<String>,
    /// What its tests are built on.
    tests_use: Vec<String>,
}

pub(super) fn check(root: &Path) -> Vec<String> {
    let text = match std::fs::read_to_string(root.join("ARCHITECTURE.md")) {
        Ok(text) => text,
        Err(error) => return vec![format!("ARCHITECTURE.md: {error}")],
    };
    let rooms = match workspace(root) {
        Ok(rooms) => rooms,
        Err(error) => return vec![format!("cargo metadata: {error}")],
    };
    match Table::parse(&text, "crate") {
        Ok(table) => compare(&table, &rooms),
        Err(faults) => faults.into_iter().map(|fault| format!("ARCHITECTURE.md: {fault}")).collect(),
    }
}

fn workspace(root: &Path) -> Result<Vec<Room>, cargo_metadata::Error> {
    let metadata = MetadataCommand::new().manifest_path(root.join("Cargo.toml")).no_deps().exec()?;
    let packages = metadata.workspace_packages();
    let names: BTreeMap<String, String> =
        packages.iter().map(|package| (package.name.to_string(), room_name(&package.name))).collect();
    let edges = |package: &cargo_metadata::Package, tests: bool| {
        package
            .dependencies
            .iter()
            .filter(|edge| (edge.kind == DependencyKind::Development) == tests)
            .filter_map(|edge| names.get(&edge.name).cloned())
            .collect()
    };
    Ok(packages
        .iter()
        .map(|package| Room {
            name: room_name(&package.name),
            uses: edges(package, false),
            tests_use: edges(package, true),
        })
        .collect())
}

fn room_name(package: &str) -> String {
    package.strip_prefix("sahod-").unwrap_or(package).to_owned()
}

fn compare(table: &Table, rooms: &[Room]) -> Vec<String> {
    let mut faults = Vec::new();
    for room in rooms {
        let Some(row) = table.row(&room.name) else {
            faults.push(format!("room `{}` is not in the table of ARCHITECTURE.md", room.name));
            continue;
        };
        for used in &room.uses {
            if !row.may_use.contains(used) {
                faults.push(format!("room `{}` may not use `{used}` (table of ARCHITECTURE.md)", room.name));
            }
        }
        for used in &room.tests_use {
            // A crate may name itself to switch on a feature for its own tests.
            if *used != room.name && !row.may_use.contains(used) && !table.is_above(used, &room.name) {
                faults.push(format!(
                    "the tests of `{}` may not use `{used}`, which stands below it",
                    room.name
                ));
            }
        }
    }
    for row in table.rows() {
        if !rooms.iter().any(|room| room.name == row.name) {
            faults.push(format!(
                "room `{}` is in the table of ARCHITECTURE.md but there is no such crate",
                row.name
            ));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
| crate | owns | may use |
| --- | --- | --- |
| `model` | nouns | – |
| `vault` | keys | model |
| `app` | use cases | all above |
| `web` | files | – |
| `xtask` | checks | all |
";

    fn room(name: &str, uses: &[&str], tests_use: &[&str]) -> Room {
        let own = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect();
        Room { name: name.into(), uses: own(uses), tests_use: own(tests_use) }
    }

    fn faults(changed: Room) -> Vec<String> {
        let table = Table::parse(TABLE, "crate").unwrap();
        let mut rooms = vec![
            room("model", &[], &[]),
            room("vault", &["model"], &[]),
            room("app", &["model", "vault"], &[]),
            room("web", &[], &[]),
            room("xtask", &["app", "web"], &[]),
        ];
        rooms.retain(|room| room.name != changed.name);
        rooms.push(changed);
        compare(&table, &rooms)
    }

    #[test]
    fn the_edges_of_the_table_pass() {
        assert_eq!(faults(room("vault", &["model"], &["vault"])), Vec::<String>::new());
        assert_eq!(faults(room("xtask", &["model", "vault", "app", "web"], &[])), Vec::<String>::new());
    }

    #[test]
    fn an_edge_that_the_table_does_not_have_is_a_fault() {
        assert_eq!(faults(room("model", &["vault"], &[])).len(), 1);
        assert_eq!(faults(room("web", &["model"], &[])).len(), 1);
        assert_eq!(
            faults(room("app", &["web"], &[])),
            ["room `app` may not use `web` (table of ARCHITECTURE.md)"]
        );
    }

    #[test]
    fn tests_may_use_what_stands_above_but_not_what_stands_below() {
        assert_eq!(faults(room("web", &[], &["app"])), Vec::<String>::new());
        assert_eq!(faults(room("vault", &[], &["app"])).len(), 1);
    }

    #[test]
    fn table_and_workspace_hold_the_same_rooms() {
        assert_eq!(faults(room("attic", &[], &[])), ["room `attic` is not in the table of ARCHITECTURE.md"]);
        let table = Table::parse(TABLE, "crate").unwrap();
        assert_eq!(compare(&table, &[]).len(), 5);
    }
}
