//! What the sandbox's data looks like, over all people and providers.

use std::collections::{BTreeMap, BTreeSet};

use sahod_model::{
    Amount,
    item::{Item, PayPeriod},
};
use serde_json::{Value, json};

use super::*;

fn as_json(items: &[SourceItem]) -> Vec<Value> {
    items.iter().map(|item| serde_json::to_value(&item.item).unwrap()).collect()
}

#[tokio::test]
async fn georges_identity_is_the_published_one_at_every_provider() {
    let expected = json!({
        "fullName": "George Cimafranca Palomero, Jr",
        "firstName": "George",
        "middleName": "Cimafranca",
        "lastName": "Palomero",
        "suffix": "Jr",
        "gender": "Male",
        "dob": "1970-08-24",
        "maritalStatus": "Married",
        "countryResidence": "PH",
        "citizenship": "Citizen",
        "photoUrl": "https://cdn.smileapi.io/image/avatar/v20211115191600/george.jpg",
        "referenceId": null,
        "profileUrl": null,
        "latestEmployerName": null,
        "emails": [{ "address": "gpalomero1234@smileapi.io", "type": "Primary" }],
        "phones": [{ "number": "+639559991234", "type": "Mobile" }],
        "socialProfiles": [{ "socialUrl": "https://www.facebook.com/gpalomero1234", "type": "Facebook" }],
        "addresses": [{
            "fullAddress": "12 Maybunga St, Barangay Paraiso, Pasig City, NCR, 1600, PH",
            "line1": "12 Maybunga St",
            "line2": "Barangay Paraiso",
            "city": "Pasig City",
            "region": "NCR",
            "zip": "1600",
            "country": "PH",
            "latitude": "14.573454",
            "longitude": "121.085042",
            "type": "Primary",
            "tags": []
        }]
    });
    let catalogue = catalogue();
    for provider in catalogue.list(Mode::Sandbox) {
        let items = read(&catalogue, provider.id.as_str(), george(), Datapoint::Identities, now()).await;
        assert_eq!(as_json(&items), std::slice::from_ref(&expected), "{}", provider.id);
        assert_eq!(items[0].created_at.to_string(), "2022-08-24T05:24:37Z");
    }
}

#[tokio::test]
async fn georges_past_jobs_are_the_published_ones() {
    let catalogue = catalogue();
    for (id, number, employer, start, end) in [
        ("abccorp", "EMP-123456", "ABC Corporation", "2022-07-01", "2022-07-31"),
        ("cdecorp", "CDE-98765", "CDE Corporation", "2022-06-01", "2022-06-30"),
    ] {
        let jobs = as_json(&read(&catalogue, id, george(), Datapoint::Employments, now()).await);
        let expected = json!({
            "name": "Security", "description": null, "jobTitle": "Security Guard", "department": null,
            "employeeNumber": number, "employerNumber": null, "employer": employer, "status": "Permanent",
            "startDate": start, "endDate": end, "reportedDate": null
        });
        assert_eq!(jobs[0], expected);
        assert_eq!((&jobs[1]["endDate"], &jobs[1]["employeeNumber"]), (&Value::Null, &json!(number)));
    }
}

#[tokio::test]
async fn georges_contributions_are_those_of_his_salary() {
    let items = read(&catalogue(), "sss_ph", george(), Datapoint::Contributions, now()).await;
    let by_key: BTreeMap<_, _> = items.iter().map(|item| item.key.as_str()).zip(as_json(&items)).collect();
    assert_eq!(
        by_key["2026-10"].to_string(),
        json!({ "date": "2026-10-31", "currency": "PHP", "amount": 2250, "referenceId": null }).to_string()
    );
    assert_eq!(by_key["2022-06"]["amount"], json!(1950));
    assert_eq!(by_key["2019-04"]["amount"], json!(1800));
    // November's is posted in December.
    assert_eq!((items.len(), by_key.contains_key("2026-11")), (91, false));
}

#[tokio::test]
async fn a_later_reading_finds_the_same_and_more() {
    let catalogue = catalogue();
    let moments =
        ["2018-01-01T00:00:00Z", "2024-02-29T12:00:00Z", "2026-11-21T05:00:00Z", "2028-03-15T23:59:59Z"]
            .map(|text| text.parse::<Timestamp>().unwrap());
    for provider in catalogue.list(Mode::Sandbox) {
        for person in test_people() {
            for kind in readable(provider) {
                let mut earlier: BTreeMap<String, SourceItem> = BTreeMap::new();
                for moment in moments {
                    let items = read(&catalogue, provider.id.as_str(), person, kind, moment).await;
                    let count = items.len();
                    assert_eq!(items, read(&catalogue, provider.id.as_str(), person, kind, moment).await);
                    let at = format!("{} {} {kind:?} {moment}", provider.id, person.name);
                    assert!(
                        kind == Datapoint::Identities || items.iter().all(|i| i.created_at <= moment),
                        "{at}"
                    );
                    let items: BTreeMap<_, _> =
                        items.into_iter().map(|item| (item.key.clone(), item)).collect();
                    assert_eq!(items.len(), count, "keys are unique: {at}");
                    let kept = |(key, item): (&String, &SourceItem)| {
                        items.get(key).map(settled) == Some(settled(item))
                    };
                    assert!(earlier.iter().all(kept), "{at}");
                    earlier = items;
                }
                assert!(!earlier.is_empty());
            }
        }
    }
}

/// The item without what changes while it lives: what is left of a loan.
fn settled(item: &SourceItem) -> SourceItem {
    let mut item = item.clone();
    if let Item::Liability(loan) = &mut item.item {
        loan.outstanding_balance = None;
        loan.next_payment_amount = None;
        loan.overdue_payment_amount = None;
    }
    item
}

#[tokio::test]
async fn a_loan_is_paid_back_as_time_goes_by() {
    let catalogue = catalogue();
    for provider in
        catalogue.list(Mode::Sandbox).iter().filter(|p| p.supported.contains(&Datapoint::Liabilities))
    {
        for person in test_people() {
            let mut balances: BTreeMap<String, Amount> = BTreeMap::new();
            for moment in ["2024-06-01", "2025-06-01", "2026-11-21", "2027-06-01", "2029-12-31"] {
                let moment = format!("{moment}T00:00:00Z").parse().unwrap();
                let id = provider.id.as_str();
                for item in read(&catalogue, id, person, Datapoint::Liabilities, moment).await {
                    let Item::Liability(loan) = &item.item else { panic!() };
                    let (balance, overdue) =
                        (loan.outstanding_balance.unwrap(), loan.overdue_payment_amount.unwrap());
                    assert!(Amount::default() <= balance && balance <= loan.loan_amount, "{item:?}");
                    assert!(loan.start_date < loan.first_amortization_date.unwrap());
                    assert!(loan.first_amortization_date <= loan.end_date);
                    let over = loan.end_date.unwrap() <= moment.date();
                    assert_eq!(loan.next_payment_amount.is_none(), over, "{item:?}");
                    assert!(!over || balance == Amount::default() || overdue >= balance, "{item:?}");
                    assert!(balances.insert(item.key, balance).is_none_or(|before| balance <= before));
                }
            }
            assert!(balances.values().any(|balance| *balance == Amount::default()), "one is paid back");
        }
    }
}

#[tokio::test]
async fn george_has_loans_of_every_standing() {
    let items = read(&catalogue(), "sss_ph", george(), Datapoint::Liabilities, now()).await;
    let standing: Vec<_> = items
        .iter()
        .map(|item| {
            let Item::Liability(loan) = &item.item else { panic!() };
            let (zero, name) = (Some(Amount::default()), loan.liability_type.as_str());
            match (loan.outstanding_balance == zero, loan.overdue_payment_amount == zero) {
                (true, true) => (name, "finished"),
                (false, true) => (name, "ongoing"),
                (_, false) => (name, "overdue"),
            }
        })
        .collect();
    let wanted = [("Salary Loan", "finished"), ("Salary Loan", "ongoing"), ("Calamity Loan", "overdue")];
    assert_eq!(standing, wanted, "{items:#?}");
    let Item::Liability(salary) = &items[1].item else { panic!() };
    assert_eq!((salary.loan_amount, salary.amortization_amount), (amount("15000"), Some(amount("692.17"))));
}

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

#[tokio::test]
async fn there_is_enough_of_everything() {
    let catalogue = catalogue();
    for provider in catalogue.list(Mode::Sandbox) {
        for person in test_people() {
            for kind in readable(provider) {
                let items = read(&catalogue, provider.id.as_str(), person, kind, now()).await;
                let annual = items.iter().any(|item| {
                    matches!(&item.item, Item::Income(income) if income.frequency == Some(PayPeriod::Annually))
                });
                let least = match kind {
                    Datapoint::Transactions => 300,
                    Datapoint::Incomes if annual => 3,
                    Datapoint::Incomes if provider.country.as_deref() == Some("PH") => 48,
                    Datapoint::Incomes | Datapoint::Contributions => 24,
                    Datapoint::Employments => 2,
                    _ => 1,
                };
                assert!(items.len() >= least, "{} {} {kind:?}: {}", provider.id, person.name, items.len());
                assert!(items.len() <= 2_500, "{} {} {kind:?}: {}", provider.id, person.name, items.len());
            }
        }
    }
}

#[tokio::test]
async fn no_two_people_share_data_at_a_provider() {
    let catalogue = catalogue();
    for provider in catalogue.list(Mode::Sandbox) {
        for kind in readable(provider) {
            let (mut contents, mut numbers) = (BTreeSet::new(), BTreeSet::new());
            for person in test_people() {
                let items = read(&catalogue, provider.id.as_str(), person, kind, now()).await;
                assert!(contents.insert(json!(as_json(&items)).to_string()), "{} {kind:?}", provider.id);
                for item in &items {
                    let own = match &item.item {
                        Item::Employment(job) => job.employee_number.clone(),
                        Item::Document(paper) => paper.doc_id.clone(),
                        Item::Liability(loan) => loan.reference_id.clone(),
                        _ => None,
                    };
                    numbers.extend(own.map(|number| (number, person.name)));
                }
            }
            let distinct: BTreeSet<_> = numbers.iter().map(|(number, _)| number).collect();
            assert_eq!(numbers.len(), distinct.len(), "{} {kind:?}", provider.id);
        }
    }
}

#[tokio::test]
async fn payslips_and_annual_salaries_add_up() {
    let catalogue = catalogue();
    let mut annual = 0;
    for provider in catalogue.list(Mode::Sandbox).iter().filter(|p| p.supported.contains(&Datapoint::Incomes))
    {
        for person in test_people() {
            let jobs = read(&catalogue, provider.id.as_str(), person, Datapoint::Employments, now()).await;
            let Item::Employment(present) = &jobs[1].item else { panic!() };
            for item in read(&catalogue, provider.id.as_str(), person, Datapoint::Incomes, now()).await {
                let Item::Income(income) = &item.item else { panic!() };
                let (base, gross) = (income.base_amount.unwrap(), income.gross_amount.unwrap());
                assert!(Amount::default() < base && base <= gross, "{item:?}");
                assert!(
                    income.start_date >= present.start_date && income.start_date < income.end_date.unwrap()
                );
                assert_eq!(income.employer, present.employer);
                if income.frequency == Some(PayPeriod::Annually) {
                    annual += 1;
                    assert_eq!(income.net_amount, None);
                } else {
                    let net = income.net_amount.unwrap();
                    assert!(net < gross && net > Amount::default(), "{item:?}");
                }
            }
        }
    }
    assert!(annual > 0);
}

#[tokio::test]
async fn a_platform_charges_its_share_of_every_order() {
    let items = read(&catalogue(), "upwork", george(), Datapoint::Transactions, now()).await;
    let items = as_json(&items);
    assert!(items.iter().all(|item| item["currency"] == "USD"));
    for fee in items.iter().filter(|item| item["description"] == "Platform fee") {
        let order = items
            .iter()
            .find(|item| item["description"] == "Order revenue" && item["referenceId"] == fee["referenceId"])
            .unwrap();
        let amount = |item: &Value| item["amount"].to_string().parse::<Amount>().unwrap().value();
        assert_eq!(order["date"], fee["date"]);
        let tenth = Amount::new(amount(order) / rust_decimal::Decimal::TEN);
        assert!((tenth.value() + amount(fee)).abs() < rust_decimal::Decimal::new(1, 2), "{order} {fee}");
        assert!(order["referenceId"].as_str().unwrap().starts_with("Order ID-"));
    }
}

#[tokio::test]
async fn no_employer_issues_papers_before_the_job() {
    let catalogue = catalogue();
    let both = [Datapoint::Documents, Datapoint::Employments];
    for provider in
        catalogue.list(Mode::Sandbox).iter().filter(|p| both.iter().all(|k| p.supported.contains(k)))
    {
        for person in test_people() {
            let jobs = read(&catalogue, provider.id.as_str(), person, Datapoint::Employments, now()).await;
            let Item::Employment(present) = &jobs[1].item else { panic!() };
            for item in read(&catalogue, provider.id.as_str(), person, Datapoint::Documents, now()).await {
                let Item::Document(paper) = &item.item else { panic!() };
                assert!(paper.issue_date.unwrap() >= present.start_date, "{} {item:?}", provider.id);
            }
        }
    }
}
