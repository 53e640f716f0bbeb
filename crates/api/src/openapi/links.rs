//! Links between operations: where the id comes from that a path wants. Readers see how calls follow each other, and tools that
//! walk the description do the same.

use serde_json::{Map, Value, json};

/// Adds a link to everything that wants an id, from the list that has such ids and from what makes such objects.
///
/// `made_ids` says where the id of what was made stands in the answer, for those lists where that is not `/data/id`.
pub(super) fn add(paths: &mut Map<String, Value>, made_ids: &[(&str, &str)]) {
    let mut links = Vec::new();
    for (path, operations) in paths.iter() {
        let Some((list, rest)) = path.split_once("/{") else { continue };
        let Some((name, _)) = rest.split_once('}') else { continue };
        for operation in operations
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, about)| about["operationId"].as_str())
        {
            links.push((list.to_owned(), name.to_owned(), operation.to_owned()));
        }
    }
    for (list, name, operation) in links {
        let made_id = made_ids.iter().find(|(made, _)| *made == list).map_or("/data/id", |(_, place)| place);
        for (method, place) in [("get", "/data/items/0/id"), ("post", made_id)] {
            let Some(source) = paths.get_mut(&list).and_then(|methods| methods.get_mut(method)) else {
                continue;
            };
            let success = source["responses"].as_object_mut();
            let success = success.and_then(|all| all.iter_mut().find(|(status, _)| status.starts_with('2')));
            if let Some((_, success)) = success {
                success["links"][&operation] = json!({
                    "operationId": operation, "parameters": { &name: format!("$response.body#{place}") },
                });
            }
        }
    }
}
