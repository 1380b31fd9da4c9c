import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

/** Checks RDF/XML files against OWL 2 DL and OWL 2 RL: a line "file, profile, violation" each, and one with no violation at the end. */
public class Profile {
    public static void main(String[] files) throws Exception {
        for (String file : files) {
            OWLOntology ontology = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(file));
            report(file, "DL", new OWL2DLProfile(), ontology);
            report(file, "RL", new OWL2RLProfile(), ontology);
        }
    }

    private static void report(String file, String name, OWLProfile profile, OWLOntology ontology) {
        for (OWLProfileViolation violation : profile.checkOntology(ontology).getViolations()) {
            System.out.println(file + "\t" + name + "\t" + violation.toString().replaceAll("\\s+", " "));
        }
        System.out.println(file + "\t" + name + "\t");
    }
}
