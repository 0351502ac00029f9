# Che cosa cambia se l'ufficio accoglie una domanda, e i compiti che ne nascono.

effetti-titolo = Se accogli
effetti-iscrizione = L’alunno è iscritto al servizio.
effetti-mandato-nuovo = Nasce un mandato per l’addebito sul conto dichiarato.
effetti-mandato-finisce = Il mandato di oggi è revocato.
effetti-chiude = L’iscrizione finisce. L’ultimo giorno di mensa è il { $data }.
effetti-chiude-prenotati = I pasti già prenotati si pagano come prima. Poi finisce anche il mandato.
effetti-paga-sdd = Le prossime rette si pagano con addebito sul conto.
effetti-paga-pagopa = Le prossime rette si pagano con avviso pagoPA.
effetti-rette-avviso = { $n ->
    [one] 1 retta aperta, per { $importo }, riceve un avviso pagoPA.
   *[other] { $n } rette aperte, per { $importo }, ricevono un avviso pagoPA.
}
effetti-rette-conto = { $n ->
    [one] 1 retta aperta, per { $importo }, passa sul conto nuovo.
   *[other] { $n } rette aperte, per { $importo }, passano sul conto nuovo.
}
effetti-dieta = La dieta dell’alunno cambia da oggi, o dal giorno chiesto se viene dopo.
effetti-residenza = La nuova residenza è { $comune }.
effetti-tariffa-uguale = Le tariffe restano le stesse.
effetti-tariffa-residenti = { $n ->
    [one] 1 iscrizione passa alla tariffa dei residenti dal { $data }.
   *[other] { $n } iscrizioni passano alla tariffa dei residenti, la prima dal { $data }.
}
effetti-tariffa-altri = { $n ->
    [one] 1 iscrizione passa alla tariffa dei non residenti dal { $data }.
   *[other] { $n } iscrizioni passano alla tariffa dei non residenti, la prima dal { $data }.
}
effetti-conguaglio = Alcuni di quei giorni sono già in una retta emessa: nasce un compito per controllarla.
effetti-compito = Nasce un compito per l’ufficio: { $compito }.
effetti-email = In ogni caso il cittadino ne riceve notizia.
effetti-cambiato = Non puoi accoglierla: nel frattempo le cose sono cambiate.
effetti-cambiato-testo = L’iscrizione è finita, la paga un’altra persona, o una domanda più recente è già accolta. Respingi questa e scrivi perché.

ufficio-menu-compiti = Compiti
compiti-titolo = Compiti
compiti-testo = Quello che resta da fare a mano dopo una domanda.
compiti-nessuno = Non c’è nulla da fare.
compiti-elenco = Compiti da fare, dal più vecchio
compiti-col-cosa = Che cosa
compiti-col-chi = Per chi
compiti-col-pratica = Pratica
compiti-col-dal = Dal
compiti-col-azioni = Azioni
compiti-fatto = Segna come fatto
compiti-fatto-di = Segna come fatto: { $compito }, pratica { $numero }
compiti-segnato = Il compito è segnato come fatto.
compiti-certificazione = preparare la certificazione delle spese
compiti-sospensione = togliere l’alunno dai pasti per il periodo chiesto
compiti-conguaglio = controllare le rette già emesse con la tariffa di prima
compiti-posto = decidere la domanda in lista d’attesa: c’è un posto
