//! The pages: a head, and a section for each kind of data point that is there.

use sahod_model::Datapoint;

use crate::{
    ink::{self, Fonts},
    paper::{BODY, Paper, QUIET, STRONG, TITLE},
    report::{ExportError, Report, text_of},
    sections,
};

/// The report as pages of A4.
pub fn pdf(report: &Report) -> Result<Vec<u8>, ExportError> {
    let fonts = Fonts::load()?;
    let mut paper = Paper::new(&fonts);
    let identity = report.of(Datapoint::Identities).first();
    let name = identity.and_then(|identity| identity.get("fullName")).map(text_of).unwrap_or_default();
    paper.paragraph(STRONG, "Employment and income");
    paper.paragraph(TITLE, if name.is_empty() { &report.provider } else { &name });
    paper.space(4.0);
    let date = report.made_at.date();
    let source =
        format!("As {} had it. Shared with the person's consent, put together on {date}.", report.provider);
    paper.paragraph(QUIET, &source);
    paper.space(10.0);
    paper.rule();
    let before = report.kinds.iter().filter(|(_, records)| !records.is_empty()).count();
    if before == 0 {
        paper.space(20.0);
        paper.paragraph(BODY, "There is no data from this account yet.");
    }
    sections::write(report, &mut paper);
    let pages = paper.finish(&format!("Account {}", report.account));
    ink::write(&fonts, &format!("Employment and income, {date}"), &pages)
}

#[cfg(test)]
mod tests {
    use sahod_model::Timestamp;
    use serde_json::json;

    use super::*;

    #[test]
    fn pages_are_made_of_whatever_there_is_and_always_the_same() {
        let report = Report {
            account: format!("a-{}", "0".repeat(32)).parse().unwrap(),
            provider: "ABC Corporation".to_owned(),
            made_at: Timestamp::from_micros(1_717_200_000_000_000),
            kinds: vec![],
        };
        let empty = pdf(&report).unwrap();
        assert!(empty.starts_with(b"%PDF-"));
        let odd = json!([{ "id": "i-1", "fullName": "Нина 王 Ñandú", "emails": null, "phones": 7 }]);
        let full = Report {
            kinds: Datapoint::ALL
                .into_iter()
                .map(|kind| (kind, serde_json::from_value(odd.clone()).unwrap()))
                .collect(),
            ..report
        };
        let pages = pdf(&full).unwrap();
        assert!(pages.len() > empty.len());
        assert_eq!(pages, pdf(&full).unwrap());
    }
}
