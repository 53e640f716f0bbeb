//! Which recorded answer a request gets.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::line::{Body, Exchange, Request};

/// What a request gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The answer of the exchange at that place.
    Serve(usize),
    /// One that was recorded after that request, which has not been made again.
    NotYet(u64),
    /// It was not recorded.
    None,
}

/// The answers that were given already.
#[derive(Debug, Default)]
pub(crate) struct Matcher {
    by_path: HashMap<(String, String), Vec<usize>>,
    used: HashSet<usize>,
}

/// How like two requests are: the same, or of the same shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Likeness {
    Same,
    Shape,
}

impl Matcher {
    pub(crate) fn new(exchanges: &[Exchange]) -> Self {
        let mut by_path: HashMap<_, Vec<usize>> = HashMap::new();
        for (place, exchange) in exchanges.iter().enumerate() {
            let key = (exchange.request.method.clone(), exchange.request.path.clone());
            by_path.entry(key).or_default().push(place);
        }
        Self { by_path, used: HashSet::new() }
    }

    /// Chooses, and remembers the choice. `open`: whether the request of that number was made again.
    ///
    /// Answers to the same request come in their order, each once. Whoever asks without changing anything may ask more often than
    /// was recorded, and gets the last answer again until the next one's turn comes. Where no request is the same, one of the same
    /// shape stands in: other texts and numbers, at the same places.
    pub(crate) fn choose(
        &mut self,
        exchanges: &[Exchange],
        request: &Request,
        open: impl Fn(u64) -> bool,
    ) -> Choice {
        let key = (request.method.clone(), request.path.clone());
        let Some(places) = self.by_path.get(&key) else { return Choice::None };
        let mut waiting = None;
        for wanted in [Likeness::Same, Likeness::Shape] {
            let like = || {
                places
                    .iter()
                    .copied()
                    .filter(|place| likeness(&exchanges[*place].request, request) == Some(wanted))
            };
            let next = like().find(|place| !self.used.contains(place));
            match next {
                Some(place) if open(exchanges[place].after) => {
                    self.used.insert(place);
                    return Choice::Serve(place);
                }
                Some(place) => waiting = waiting.or(Some(exchanges[place].after)),
                None => {}
            }
            if !request.changes()
                && let Some(last) = like().rfind(|place| self.used.contains(place))
            {
                return Choice::Serve(last);
            }
        }
        waiting.map_or(Choice::None, Choice::NotYet)
    }

    /// The exchanges whose answers were not given yet.
    pub(crate) fn left<'a>(&self, exchanges: &'a [Exchange]) -> impl Iterator<Item = &'a Exchange> {
        exchanges
            .iter()
            .enumerate()
            .filter(|(place, _)| !self.used.contains(place))
            .map(|(_, exchange)| exchange)
    }

    /// Counts an exchange as done without anybody asking.
    pub(crate) fn skip(&mut self, place: usize) {
        self.used.insert(place);
    }
}

fn likeness(recorded: &Request, made: &Request) -> Option<Likeness> {
    if recorded.query == made.query && recorded.body == made.body {
        return Some(Likeness::Same);
    }
    let names = |request: &Request| {
        let mut names: Vec<_> = request.query.iter().map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names
    };
    let alike = match (&recorded.body, &made.body) {
        (Some(recorded), Some(made)) => same_shape_of_bodies(recorded, made),
        (None, None) => true,
        _ => false,
    };
    (alike && names(recorded) == names(made)).then_some(Likeness::Shape)
}

fn same_shape_of_bodies(one: &Body, other: &Body) -> bool {
    match (one, other) {
        (Body::Json(one), Body::Json(other)) => same_shape(one, other),
        (Body::Text(_), Body::Text(_))
        | (Body::Base64(_) | Body::TooLong(_), Body::Base64(_) | Body::TooLong(_)) => true,
        _ => false,
    }
}

/// The same members with the same types of values. Of lists, every item must look like one of the other's.
fn same_shape(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, value)| other.get(name).is_some_and(|other| same_shape(value, other)))
        }
        (Value::Array(one), Value::Array(other)) => {
            let like = |ones: &[Value], others: &[Value]| {
                ones.iter().all(|one| others.iter().any(|other| same_shape(one, other)))
            };
            like(one, other) && like(other, one)
        }
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Null, Value::Null) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::line::Answer;

    fn request(method: &str, path: &str, body: Option<Value>) -> Request {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let query = query.split('&').filter_map(|pair| pair.split_once('='));
        Request {
            method: method.into(),
            path: path.into(),
            query: query.map(|(name, value)| (name.into(), value.into())).collect(),
            body: body.map(Body::Json),
        }
    }

    fn exchanges(recorded: &[(u64, Request)]) -> Vec<Exchange> {
        let exchange = |(index, (after, request)): (usize, &(u64, Request))| Exchange {
            number: index as u64 + 1,
            at: "2026-11-01T08:00:00Z".parse().unwrap(),
            after: *after,
            request: request.clone(),
            answer: Answer { status: 200, headers: std::collections::BTreeMap::new(), body: None },
        };
        recorded.iter().enumerate().map(exchange).collect()
    }

    #[test]
    fn answers_come_in_order_and_the_last_one_again() {
        let get = || request("GET", "/sandbox/v1/accounts", None);
        let post = |name: &str| request("POST", "/sandbox/v1/users", Some(json!({ "name": name })));
        let recorded = exchanges(&[(0, get()), (0, post("a")), (2, get()), (2, post("b"))]);
        let mut matcher = Matcher::new(&recorded);
        let mut choose =
            |request: &Request, reached: u64| matcher.choose(&recorded, request, |after| after <= reached);
        assert_eq!(choose(&get(), 0), Choice::Serve(0));
        assert_eq!(choose(&get(), 0), Choice::Serve(0), "the next one is not due");
        assert_eq!(choose(&post("b"), 0), Choice::Serve(1), "of the same shape, as the same one is not due");
        assert_eq!(choose(&get(), 2), Choice::Serve(2));
        assert_eq!(choose(&post("z"), 2), Choice::Serve(3));
        assert_eq!(choose(&post("z"), 4), Choice::None, "it was not done so often");
        assert_eq!(choose(&get(), 4), Choice::Serve(2));
    }

    #[test]
    fn what_is_not_due_says_what_is_missing_and_another_shape_is_another_request() {
        let post = |body: Value| request("POST", "/sandbox/v1/users", Some(body));
        let recorded =
            exchanges(&[(7, post(json!({ "a": [1], "b": null }))), (0, request("GET", "/x?a=1&b=2", None))]);
        let mut matcher = Matcher::new(&recorded);
        assert_eq!(
            matcher.choose(&recorded, &post(json!({ "a": [2, 3], "b": null })), |after| after == 0),
            Choice::NotYet(7)
        );
        for other in
            [json!({ "a": [2], "b": 1 }), json!({ "a": ["2"], "b": null }), json!({ "a": [1] }), json!([])]
        {
            assert_eq!(matcher.choose(&recorded, &post(other), |_| true), Choice::None);
        }
        for (path, found) in
            [("/x?b=3&a=9", Choice::Serve(1)), ("/x?a=1", Choice::None), ("/y", Choice::None)]
        {
            assert_eq!(matcher.choose(&recorded, &request("GET", path, None), |_| true), found, "{path}");
        }
    }
}
