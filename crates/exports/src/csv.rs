//! The table: a row for each data point, a column for each field that any of them has.

use std::collections::HashMap;

use csv::{Terminator, WriterBuilder};
use sahod_model::Datapoint;
use serde_json::Value;

use crate::{
    columns::{Cell, flat},
    report::{ExportError, Record, Report},
};

/// The report as a table with a head (RFC 4180, UTF-8). The first column, `datapoint`, is the kind of each row. The hundreds of
/// figures of an insight are a row each: as columns they would stand empty in every other row.
///
/// Words that a spreadsheet would take for a formula get an apostrophe in front, as spreadsheets themselves write it.
pub fn csv(report: &Report) -> Result<Vec<u8>, ExportError> {
    let rows: Vec<_> = report
        .kinds
        .iter()
        .flat_map(|(kind, records)| {
            let rows = records.iter().flat_map(|record| rows_of(*kind, record));
            rows.map(|cells| (kind.as_str(), cells))
        })
        .collect();
    let mut places = HashMap::from([("datapoint".to_owned(), 0)]);
    let mut head = vec!["datapoint".to_owned()];
    for (name, _) in rows.iter().flat_map(|(_, cells)| cells) {
        if !places.contains_key(name) {
            places.insert(name.clone(), head.len());
            head.push(name.clone());
        }
    }
    let failed = |error: csv::Error| ExportError::Csv(error.to_string());
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(&head).map_err(failed)?;
    for (kind, cells) in rows {
        let mut row = vec![String::new(); head.len()];
        kind.clone_into(&mut row[0]);
        for (name, cell) in cells {
            row[places[&name]] = match cell {
                Cell::Number(digits) => digits,
                Cell::Text(words) => harmless(words),
            };
        }
        writer.write_record(&row).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| ExportError::Csv(error.to_string()))
}

/// The rows that a data point has.
fn rows_of(kind: Datapoint, record: &Record) -> Vec<Vec<(String, Cell)>> {
    let features = record.get("features").and_then(Value::as_object);
    let Some(features) = features.filter(|_| kind == Datapoint::Insights) else { return vec![flat(record)] };
    let mut rest = record.clone();
    rest.shift_remove("features");
    let row = |(name, value): (&String, &Value)| {
        let mut cells = flat(&rest);
        cells.push(("feature".to_owned(), Cell::Text(name.clone())));
        cells.push(("value".to_owned(), Cell::of(value)));
        cells
    };
    features.iter().map(row).collect()
}

/// What begins like a formula could make a spreadsheet run it.
fn harmless(words: String) -> String {
    if words.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{words}") } else { words }
}

#[cfg(test)]
mod tests {
    use sahod_model::Timestamp;
    use serde_json::json;

    use super::*;

    fn report(kinds: &[(Datapoint, Value)]) -> Report {
        Report {
            account: format!("a-{}", "0".repeat(32)).parse().unwrap(),
            provider: "ABC Corporation".to_owned(),
            made_at: Timestamp::from_micros(1_717_200_000_000_000),
            kinds: kinds
                .iter()
                .map(|(kind, records)| (*kind, serde_json::from_value(records.clone()).unwrap()))
                .collect(),
        }
    }

    #[test]
    fn one_table_holds_every_kind_with_every_digit() {
        let amount: Value = serde_json::from_str("-25.5000").unwrap();
        let report = report(&[
            (
                Datapoint::Identities,
                json!([{ "id": "i-1", "names": { "first": "Ana, \"Nini\"" }, "emails": ["a@x", "b@x"] }]),
            ),
            (Datapoint::Transactions, json!([{ "id": "t-1", "amount": amount, "description": null }])),
        ]);
        let table = String::from_utf8(csv(&report).unwrap()).unwrap();
        assert_eq!(
            table,
            "datapoint,id,names.first,emails,amount,description\r\n\
             IDENTITIES,i-1,\"Ana, \"\"Nini\"\"\",a@x; b@x,,\r\n\
             TRANSACTIONS,t-1,,,-25.5000,\r\n"
        );
    }

    #[test]
    fn the_figures_of_an_insight_are_rows() {
        let features = json!({ "incomes_count": 3, "incomes_frequency": "MONTHLY" });
        let insight = json!([{ "id": "insight-1", "cutoffTime": "2026-01-01", "features": features }]);
        let table = String::from_utf8(csv(&report(&[(Datapoint::Insights, insight)])).unwrap()).unwrap();
        assert_eq!(
            table,
            "datapoint,id,cutoffTime,feature,value\r\n\
             INSIGHTS,insight-1,2026-01-01,incomes_count,3\r\n\
             INSIGHTS,insight-1,2026-01-01,incomes_frequency,MONTHLY\r\n"
        );
    }

    #[test]
    fn words_are_never_a_formula() {
        let record = json!([{ "id": "t-1", "description": "=1+1", "note": "+63 955" }]);
        let table = String::from_utf8(csv(&report(&[(Datapoint::Transactions, record)])).unwrap()).unwrap();
        assert!(table.ends_with("TRANSACTIONS,t-1,'=1+1,'+63 955\r\n"), "{table}");
    }

    #[test]
    fn an_account_without_data_gives_a_head_alone() {
        assert_eq!(csv(&report(&[])).unwrap(), b"datapoint\r\n");
    }
}
