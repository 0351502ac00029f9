//! The tabs of the personal area, through the router.

use super::{House, browser::Reading, file, html::Form, maria, paolo, start};

const TABS: [&str; 6] = [
    "/area-personale",
    "/area-personale/messaggi",
    "/area-personale/attivita",
    "/area-personale/documenti",
    "/area-personale/figli",
    "/area-personale/profilo",
];

#[tokio::test]
async fn every_tab_says_what_is_there_and_what_is_not() {
    let house = House::open().await;
    let (maria, paolo) = (maria(&house).await, paolo(&house).await);
    file(&maria).await;
    start(&maria).await;
    for tab in TABS {
        let page = maria.get(tab).await;
        for other in TABS {
            page.says(200, &[&format!("href=\"/prova{other}\"")]);
        }
        assert_eq!(page.header("cache-control"), "no-store", "{tab}");
        paolo.get(tab).await.says(200, &["href=\"/prova/area-personale\""]).hides(&["Brambilla", "2026/1"]);
    }
    maria.get("/area-personale").await.says(200, &["Da fare", "Bozza: ", "2026/1", "Ultime attività"]);
    paolo.get("/area-personale").await.says(200, &["Non hai nulla da fare", "dall’altro genitore"]);
    maria.get("/area-personale/messaggi").await.says(200, &["Non ci sono messaggi"]);
    paolo.get("/area-personale/figli").await.says(200, &["Non troviamo iscrizioni", "Nessun altro li vede"]);
}

#[tokio::test]
async fn the_list_narrows_by_what_is_in_it_and_no_name_stands_in_the_address() {
    let house = House::open().await;
    let maria = maria(&house).await;
    file(&maria).await;
    for path in ["/area-personale/attivita", super::LIST] {
        let all = maria.get(path).await;
        all.says(200, &["Cerca tra le domande", "<option value=\"0\">Luca Brambilla</option>", "Luca Brambilla"]);
        let asks = |query: &str| format!("{path}?{query}");
        maria
            .get(&asks("stato=protocollata&anno=2026&figlio=0&q=2026%2F1"))
            .await
            .says(200, &["/consultazione-pratiche/"]);
        for none in ["stato=accolta", "anno=2019", "q=nessuna"] {
            maria.get(&asks(none)).await.says(200, &["Nessuna domanda corrisponde", "Mostra tutte"]);
        }
        for nonsense in ["stato=x", "anno=x", "figlio=99", "figlio=-1"] {
            maria.get(&asks(nonsense)).await.says(200, &["<tbody"]);
        }
    }
}

#[tokio::test]
async fn the_profile_takes_an_address_by_its_code_alone() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let profile = "/area-personale/profilo";
    let page = maria.get(profile).await;
    page.says(200, &["Non ancora confermato", "Ultimi accessi", "/area-personale/accessi", "/deleghe"]);
    maria.get("/area-personale/profilo/codice").await.location();
    let form = Form::find(&page.body, "email");
    maria
        .press(&form.clone().set("email", "non <un> indirizzo"), "")
        .await
        .says(422, &["<title>Errore: ", "Scrivi un indirizzo e-mail", "value=\"non &#60;un&#62; indirizzo\""]);
    let sent = maria.press(&form.set("email", "nuova@posta.example"), "").await;
    assert!(sent.location().ends_with("/profilo/codice"));
    let page = maria.get(sent.location()).await;
    page.says(200, &["nuova@posta.example", "autocomplete=\"one-time-code\""]);
    let form = Form::find(&page.body, "codice").set("codice", "abc");
    maria.press(&form, "").await.says(422, &["Hai ancora 4 tentativi"]);
    for _ in 0..4 {
        maria.press(&form, "").await;
    }
    maria.press(&form, "").await.says(422, &["Il codice non vale più"]);
    maria.get(profile).await.hides(&["nuova@posta.example"]);

    let form = Form::find(&maria.get(profile).await.body, "canale");
    let area = Form { fields: vec![form.fields[0].clone(), ("canale".into(), "area".into())], ..form };
    assert!(maria.press(&area, "").await.location().ends_with("?fatto=avvisi"));
    maria.get(profile).await.says(200, &["value=\"area\" aria-describedby=\"canale-2-h\" checked"]);
    let wrong = Form { fields: vec![area.fields[0].clone(), ("canale".into(), "piccione".into())], ..area };
    assert_eq!(maria.press(&wrong, "").await.status, 400);
}
