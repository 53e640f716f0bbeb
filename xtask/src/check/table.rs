//! Reads a table of what may use what: `crate | owns | may use`, where the last column is `–`, `all`, `all above` or a list.

/// The rows in the order of the table.
pub(super) struct Table(Vec<Row>);

/// One room, or one domain of a room.
pub(super) struct Row {
    pub(super) name: String,
    /// The rows that it may depend on.
    pub(super) may_use: Vec<String>,
}

impl Table {
    /// The first table with the column `first` first and a column `may use` last; every fault when it has any.
    pub(super) fn parse(text: &str, first: &str) -> Result<Self, Vec<String>> {
        let lines: Vec<Vec<&str>> = text
            .lines()
            .map(cells)
            .skip_while(|cells| !(cells.first() == Some(&first) && cells.last() == Some(&"may use")))
            .skip(2)
            .take_while(|cells| cells.len() >= 2)
            .collect();
        if lines.is_empty() {
            return Err(vec![format!("no table with the columns `{first}`, …, `may use`")]);
        }
        let names: Vec<String> = lines.iter().map(|cells| plain(cells.first().copied())).collect();
        let mut faults = Vec::new();
        let mut rows = Vec::new();
        for (index, cells) in lines.iter().enumerate() {
            let (name, above) = (&names[index], &names[..index]);
            if above.contains(name) {
                faults.push(format!("{first} `{name}` is there twice"));
            }
            let may_use = match plain(cells.last().copied()).as_str() {
                "–" | "-" | "" => Vec::new(),
                "all" => names.iter().filter(|other| *other != name).cloned().collect(),
                "all above" => above.to_vec(),
                list => list.split(',').map(|used| used.trim().to_owned()).collect(),
            };
            if plain(cells.last().copied()) != "all" {
                for used in may_use.iter().filter(|used| !above.contains(used)) {
                    faults.push(format!("{first} `{name}` may use `{used}`, which is no row above it"));
                }
            }
            rows.push(Row { name: name.clone(), may_use });
        }
        if faults.is_empty() { Ok(Self(rows)) } else { Err(faults) }
    }

    pub(super) fn rows(&self) -> &[Row] {
        &self.0
    }

    pub(super) fn row(&self, name: &str) -> Option<&Row> {
        self.0.iter().find(|row| row.name == name)
    }

    /// Whether `upper` stands in a row above `lower`.
    pub(super) fn is_above(&self, upper: &str, lower: &str) -> bool {
        let place = |name: &str| self.0.iter().position(|row| row.name == name);
        place(upper).zip(place(lower)).is_some_and(|(upper, lower)| upper < lower)
    }
}

/// The cells of a table's line; empty for any other line.
fn cells(line: &str) -> Vec<&str> {
    let inner = line.trim().strip_prefix('|').and_then(|rest| rest.strip_suffix('|'));
    inner.map(|inner| inner.split('|').map(str::trim).collect()).unwrap_or_default()
}

fn plain(cell: Option<&str>) -> String {
    cell.unwrap_or_default().replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &str) -> Result<Table, Vec<String>> {
        Table::parse(
            &format!(
                "Text\n\n| other | table |\n|---|---|\n| x | y |\n\n| crate | owns | may use |\n|---|---|---|\n{rows}\nafter"
            ),
            "crate",
        )
    }

    fn may_use(table: &Table, name: &str) -> Vec<String> {
        table.row(name).map(|row| row.may_use.clone()).unwrap_or_default()
    }

    #[test]
    fn every_form_of_the_last_column_is_understood() {
        let table = table("| `a` | x | – |\n| `b` | x | a |\n| `c` | x | `a`, b |\n| `d` | x | all above |\n| `e` | x | all |\n| `f` | x | - |")
            .map_err(|faults| faults.join("; "))
            .unwrap();
        assert_eq!(may_use(&table, "a"), Vec::<String>::new());
        assert_eq!(may_use(&table, "c"), ["a", "b"]);
        assert_eq!(may_use(&table, "d"), ["a", "b", "c"]);
        assert_eq!(may_use(&table, "e"), ["a", "b", "c", "d", "f"]);
        assert_eq!(table.rows().len(), 6);
        assert!(table.is_above("a", "f") && !table.is_above("f", "a") && !table.is_above("z", "a"));
    }

    #[test]
    fn a_table_whose_arrows_do_not_point_down_is_refused() {
        assert!(table("| `a` | x | b |\n| `b` | x | – |").is_err());
        assert!(table("| `a` | x | typo |").is_err());
        assert!(table("| `a` | x | – |\n| `a` | x | – |").is_err());
        assert!(Table::parse("no table", "crate").is_err());
    }
}
