# Several applications at once: preview and outcome, line by line
insieme-con-le-scelte = With the chosen applications
insieme-scegli = Choose application { $numero }
insieme-col-scelta = Choice
insieme-assegna-a = Assign to
insieme-chi = Choose a person
insieme-bottone-assegna = Assign
insieme-bottone-prendi = Take in charge
insieme-bottone-accogli = Accept
insieme-prima-anteprima = First you see what changes, then you confirm.
insieme-niente = Choose at least one application
insieme-troppe = Choose at most { $n } applications
insieme-chi-manca = Choose whom to assign them to
insieme-assegna = Assign several applications
insieme-prendi = Take several applications in charge
insieme-accogli = Accept several applications
insieme-assegna-n = { $n ->
    [one] Assign 1 application
   *[other] Assign { $n } applications
}
insieme-prendi-n = { $n ->
    [one] Take 1 application in charge
   *[other] Take { $n } applications in charge
}
insieme-accogli-n = { $n ->
    [one] Accept 1 application
   *[other] Accept { $n } applications
}
insieme-anteprima = Nothing has changed yet. Ready: { $pronte }. Not possible: { $ferme }.
insieme-esito = Done: { $fatte }. Not done: { $ferme }.
insieme-cosa-cambia = What changes
insieme-cosa-successo = What happened
insieme-col-esito = Outcome
insieme-pronta = Ready
insieme-fatto = Done
insieme-ferma = Not possible
insieme-sconosciuta = Unknown application
insieme-passa-a-te = It passes to you.
insieme-era-di = It is with { $chi } now.
insieme-era-di-nessuno = It is with nobody now.
insieme-avvisi = { $n ->
    [one] There is 1 warning: look at the application before you confirm.
   *[other] There are { $n } warnings: look at the application before you confirm.
}
insieme-adesso = State: { $stato }.
insieme-non-trovata = There is no such application.
insieme-cambiata = It has changed meanwhile. Open it before you decide.
insieme-propria = Whoever filed it cannot work on it.
insieme-non-ora = Its state does not allow this.
insieme-gia-sua = It is with this person already.
insieme-virus = A file held a virus. Decide it on its own page.
insieme-senza-posto = It is on the waiting list and no place is free.
insieme-non-controllato = The virus check of a file is not finished. Try again shortly.
insieme-errore = Something failed. Open the application and check it.
insieme-torna = Back to the queue
insieme-assegnata-da = Assigned to { $a } by { $da }

# Beside an application
ufficio-guarda = { $chi } is looking at this application.
ufficio-vicine = Neighbours in the queue
ufficio-vicina-prima = Previous: { $numero }
ufficio-vicina-dopo = Next: { $numero }
ufficio-accanto = Attachment
ufficio-accanto-scarica = Download { $nome }
