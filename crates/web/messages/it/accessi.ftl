# The open sessions of a person.
accessi-titolo = I tuoi accessi
accessi-testo = Qui vedi dove sei entrato e puoi uscire anche dagli altri dispositivi.
accessi-elenco = Accessi aperti adesso
accessi-browser = Browser e dispositivo
accessi-browser-ignoto = Browser non riconosciuto
accessi-qui = questo dispositivo
accessi-porta = Con che cosa
accessi-porta-livello = { $porta }, livello { $livello }
accessi-quando = Entrato il
accessi-ultimo-uso = Ultimo uso
accessi-azione = Azione
accessi-chiudi = Esci da qui
accessi-chiudi-tutti = Esci da tutti i dispositivi
accessi-chiuso = Fatto: quell’accesso è chiuso.
accessi-durata = Un accesso finisce da solo dopo { $minuti } minuti senza attività, e comunque dopo { $ore } ore.
accessi-sospetto = Se non riconosci un accesso, chiudilo e avvisa il tuo gestore di identità.
accessi-link = i tuoi accessi
