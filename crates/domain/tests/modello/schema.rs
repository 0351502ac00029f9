//! The JSON Schema of the answers, held against answers as they are really filed.

use serde_json::{Value as Json, json};
use sportello_domain::lingua::Lingua;
use sportello_domain::modello::Form;

use super::common::{complete, facts, mensa};

/// Whether a value keeps to a schema, for the words that our schemas use; any other word is a mistake of ours.
fn keeps(schema: &Json, value: &Json) -> bool {
    schema.as_object().expect("a schema").iter().all(|(word, rule)| match word.as_str() {
        "$schema" | "$id" | "$comment" | "title" | "format" | "x-keep" => true,
        "type" => {
            let is = |name: &Json| match name.as_str().expect("a type") {
                "null" => value.is_null(),
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64(),
                other => panic!("{other}"),
            };
            rule.as_array().map_or_else(|| is(rule), |names| names.iter().any(is))
        }
        "const" => rule == value,
        "enum" => rule.as_array().expect("a list").contains(value),
        "anyOf" => rule.as_array().expect("a list").iter().any(|one| keeps(one, value)),
        "required" => {
            rule.as_array().expect("a list").iter().all(|key| key.as_str().is_some_and(|key| value.get(key).is_some()))
        }
        "properties" => {
            let own = value.as_object().into_iter().flatten();
            own.filter_map(|(key, value)| Some((rule.get(key)?, value))).all(|(one, value)| keeps(one, value))
        }
        "additionalProperties" => {
            let known = schema["properties"].as_object().expect("properties");
            *rule == json!(false) && value.as_object().into_iter().flatten().all(|(key, _)| known.contains_key(key))
        }
        "items" => value.as_array().into_iter().flatten().all(|one| keeps(rule, one)),
        "minItems" => value.as_array().is_none_or(|items| rule.as_u64().is_some_and(|min| items.len() as u64 >= min)),
        "maxItems" => value.as_array().is_none_or(|items| rule.as_u64().is_some_and(|max| items.len() as u64 <= max)),
        other => panic!("the schema uses {other}"),
    })
}

#[test]
fn what_is_filed_keeps_to_the_schema_and_what_is_not_does_not() {
    let (modello, facts) = (mensa(), facts());
    let answers = complete(&modello, &facts);
    let filed = Form::new(&modello, &answers, &facts, Lingua::It).filing();
    let (schema, filed) = (modello.schema(), serde_json::to_value(filed).expect("answers are JSON"));
    assert!(keeps(&schema, &filed), "{filed:#}");
    let certificate = &schema["properties"]["rows"]["properties"]["figli"]["items"]["properties"]["fields"];
    let certificate = &certificate["properties"]["dieta_certificato"];
    assert_eq!(certificate["x-keep"], json!({ "after": "dieta", "years": 1 }));
    let wrong = |change: &dyn Fn(&mut Json)| {
        let mut filed = filed.clone();
        change(&mut filed);
        !keeps(&schema, &filed)
    };
    assert!(wrong(&|filed| filed["fields"]["sconosciuto"] = json!({ "value": null, "source": "typed" })));
    assert!(wrong(&|filed| filed["fields"]["modalita"]["value"] = json!({ "text": "CONTANTI" })));
    assert!(wrong(&|filed| filed["fields"]["isee_valore"]["value"] = json!({ "text": "12.345,67" })));
    assert!(wrong(&|filed| filed["rows"]["figli"] = json!([])));
    assert!(wrong(&|filed| filed["rows"]["figli"][0]["fields"]["giorni"]["value"] = json!({ "list": ["dom"] })));
    assert!(wrong(&|filed| drop(filed.as_object_mut().expect("an object").remove("fields"))));
}
