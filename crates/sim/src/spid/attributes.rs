//! What a provider says of a person beyond what the demonstration tells of them: so that any set that a portal asks for
//! is answered whole.

use sportello_identity::provider::ResponseDraft;

use crate::people::Person;

/// Adds what was asked for and is not there yet. An attribute that no such person has (a company's) stays out.
pub fn complete(draft: &mut ResponseDraft, asked: &[String], person: &Person) {
    for name in asked {
        if draft.attributes.iter().any(|(known, _)| known == name) {
            continue;
        }
        if let Some(value) = invented(name, person) {
            draft.attributes.push((name.clone(), value));
        }
    }
}

fn invented(name: &str, person: &Person) -> Option<String> {
    let codice = &person.codice_fiscale;
    Some(match name {
        "spidCode" => format!("SIMU{}", codice.get(6..)?),
        "countyOfBirth" => "BG".to_owned(),
        "gender" => person.sesso.clone(),
        "idCard" => "cartaIdentita CA00000AA comune 2024-01-10 2034-01-10".to_owned(),
        "expirationDate" => "2034-01-10".to_owned(),
        "address" => "Via della Simulazione 1, 24040 Calvenzano BG".to_owned(),
        "domicileStreetAddress" => "Via della Simulazione 1".to_owned(),
        "domicilePostalCode" => "24040".to_owned(),
        "domicileMunicipality" => "Calvenzano".to_owned(),
        "domicileProvince" => "BG".to_owned(),
        "domicileNation" => "IT".to_owned(),
        "digitalAddress" => format!("{}@pec.example", codice.to_lowercase()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    #[test]
    fn a_code_of_the_demonstration_is_long_enough() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
        for person in crate::people::all(today).expect("the people are read") {
            assert!(super::invented("spidCode", &person).is_some(), "{}", person.nome);
        }
    }
}
