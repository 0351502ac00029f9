# Più pratiche insieme: anteprima ed esito, riga per riga
insieme-con-le-scelte = Con le pratiche scelte
insieme-scegli = Scegli la pratica { $numero }
insieme-col-scelta = Scelta
insieme-assegna-a = Assegna a
insieme-chi = Scegli una persona
insieme-bottone-assegna = Assegna
insieme-bottone-prendi = Prendi in carico
insieme-bottone-accogli = Accogli
insieme-prima-anteprima = Prima vedi che cosa cambia, poi confermi.
insieme-niente = Scegli almeno una pratica
insieme-troppe = Scegli al massimo { $n } pratiche
insieme-chi-manca = Scegli a chi assegnarle
insieme-assegna = Assegna più pratiche
insieme-prendi = Prendi in carico più pratiche
insieme-accogli = Accogli più pratiche
insieme-assegna-n = { $n ->
    [one] Assegna 1 pratica
   *[other] Assegna { $n } pratiche
}
insieme-prendi-n = { $n ->
    [one] Prendi in carico 1 pratica
   *[other] Prendi in carico { $n } pratiche
}
insieme-accogli-n = { $n ->
    [one] Accogli 1 pratica
   *[other] Accogli { $n } pratiche
}
insieme-anteprima = Non è ancora cambiato nulla. Pronte: { $pronte }. Non si può: { $ferme }.
insieme-esito = Fatte: { $fatte }. Non fatte: { $ferme }.
insieme-cosa-cambia = Che cosa cambia
insieme-cosa-successo = Che cosa è successo
insieme-col-esito = Esito
insieme-pronta = Pronta
insieme-fatto = Fatto
insieme-ferma = Non si può
insieme-sconosciuta = Pratica sconosciuta
insieme-passa-a-te = Passa a te.
insieme-era-di = Adesso è di { $chi }.
insieme-era-di-nessuno = Adesso non è di nessuno.
insieme-avvisi = { $n ->
    [one] C’è 1 avviso: guarda la pratica prima di confermare.
   *[other] Ci sono { $n } avvisi: guarda la pratica prima di confermare.
}
insieme-adesso = Stato: { $stato }.
insieme-non-trovata = Questa pratica non c’è.
insieme-cambiata = Nel frattempo è cambiata. Aprila prima di decidere.
insieme-propria = Chi l’ha presentata non può lavorarla.
insieme-non-ora = Lo stato non lo permette.
insieme-gia-sua = È già di questa persona.
insieme-virus = In un allegato c’era un virus. Decidila dalla sua pagina.
insieme-senza-posto = È in lista d’attesa e non c’è un posto libero.
insieme-non-controllato = Il controllo antivirus di un allegato non è finito. Riprova tra poco.
insieme-errore = Qualcosa non ha funzionato. Apri la pratica e controlla.
insieme-torna = Torna alla coda
insieme-assegnata-da = Assegnata a { $a } da { $da }

# Accanto a una pratica
ufficio-guarda = { $chi } sta guardando questa pratica.
ufficio-vicine = Pratiche vicine nella coda
ufficio-vicina-prima = Precedente: { $numero }
ufficio-vicina-dopo = Successiva: { $numero }
ufficio-accanto = Allegato
ufficio-accanto-scarica = Scarica { $nome }
