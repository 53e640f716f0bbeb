//! The papers that a provider holds; their files are not part of the sandbox.

use sahod_model::{
    Date, Timestamp,
    item::{Document, Item, SourceItem},
};

use super::{
    employments,
    generator::{Membership, day, months},
};
use crate::spec::{Issued, Paper};

/// All papers issued by `now`.
pub(crate) fn read(membership: &Membership<'_>, now: Timestamp) -> Vec<SourceItem> {
    membership.spec.papers.iter().flat_map(|paper| issues(membership, paper, now)).collect()
}

/// Every issue of one sort of paper.
fn issues(membership: &Membership<'_>, paper: &Paper, now: Timestamp) -> Vec<SourceItem> {
    let draw = membership.draw(&paper.prefix, -1);
    let started = employments::started(membership);
    match paper.issued {
        Issued::Once => {
            let issued = started.plus_days(draw.between(5, 60));
            vec![document(membership, paper, paper.prefix.to_lowercase(), paper.name.clone(), issued)]
        }
        Issued::Yearly => {
            let (number, of_month) = (draw.between(1, 12), draw.between(1, 28));
            let (number, of_month) = (i32::try_from(number), i8::try_from(of_month));
            let (number, of_month) = (number.unwrap_or(1), of_month.unwrap_or(1));
            (i32::from(started.year())..=i32::from(now.date().year()))
                .map(|year| (year, day(year, number, of_month)))
                .filter(|(_, issued)| *issued >= started)
                .map(|(year, issued)| {
                    let key = format!("{}-{year}", paper.prefix.to_lowercase());
                    document(membership, paper, key, paper.name.clone(), issued)
                })
                .collect()
        }
        Issued::Monthly => months(started.month().plus(1), now)
            .map(|month| {
                let key = format!("{}-{month}", paper.prefix.to_lowercase());
                document(membership, paper, key, format!("{} {month}", paper.name), month.last_day())
            })
            .collect(),
    }
}

fn document(
    membership: &Membership<'_>,
    paper: &Paper,
    key: String,
    name: String,
    issued: Date,
) -> SourceItem {
    let number =
        10_000_000 + membership.draw(&key, 0).below(22_000_000) * 4 + u64::from(membership.person.rank);
    let expires = paper
        .valid_years
        .map(|years| issued.month().plus(12 * i32::from(years)).day(issued.day()).plus_days(-1));
    SourceItem {
        created_at: membership.draw(&key, 1).moment(issued),
        key,
        item: Item::Document(Document {
            name,
            doc_id: Some(format!("{}-{number}", paper.prefix)),
            status: Some("Issued".to_owned()),
            document_type: Some(paper.document_type),
            issue_date: Some(issued),
            expiry_date: expires,
            file_url: None,
            remarks: None,
        }),
    }
}
