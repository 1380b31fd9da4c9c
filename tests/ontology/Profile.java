import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileReport;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

/** Checks each RDF/XML file against OWL 2 DL and OWL 2 RL: one line per file and profile, then one per violation. */
public class Profile {
    public static void main(String[] files) throws Exception {
        for (String file : files) {
            OWLOntology ontology = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(file));
            report(file, ontology, new OWL2DLProfile(), "DL");
            report(file, ontology, new OWL2RLProfile(), "RL");
        }
    }

    private static void report(String file, OWLOntology ontology, OWLProfile profile, String name) {
        OWLProfileReport report = profile.checkOntology(ontology);
        System.out.println("profile\t" + file + "\t" + name + "\t" + report.isInProfile());
        for (OWLProfileViolation violation : report.getViolations()) {
            String text = violation.toString().replaceAll("\\s+", " ");
            System.out.println("violation\t" + file + "\t" + name + "\t" + text);
        }
    }
}
