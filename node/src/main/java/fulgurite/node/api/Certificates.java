package fulgurite.node.api;

import fulgurite.node.file.SecretFile;
import fulgurite.node.file.WholeFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * The API's certificate and key, in PEM: the operator's, or the node's own, which it signs itself and makes anew before
 * it expires. A client trusts the node's own certificate by having its file.
 */
public record Certificates(Path certificate, Path key) {
    private static final Duration LIFE = Duration.ofDays(3650);
    private static final Duration RENEWED_BEFORE = Duration.ofDays(30);

    /** No TLS can be served or used with these files; the message says why. */
    public static final class BadCertificateException extends RuntimeException {
        BadCertificateException(String message) {
            super(message);
        }
    }

    /**
     * The node's own, made where there is none yet, or only an old one.
     *
     * @param names and addresses by which the node is called
     */
    public static Certificates own(Path home, List<String> names, InstantSource clock) {
        var files = new Certificates(home.resolve("api.crt"), home.resolve("api.key"));
        try {
            if (!files.isGoodFor(clock)) files.make(names, clock);
            return files;
        } catch (IOException | GeneralSecurityException e) {
            throw new BadCertificateException("cannot make a certificate in " + home + ": " + e.getMessage());
        }
    }

    private boolean isGoodFor(InstantSource clock) throws IOException, GeneralSecurityException {
        if (!Files.exists(certificate) || !Files.exists(key)) return false;
        Date soon = Date.from(clock.instant().plus(RENEWED_BEFORE));
        return chain().getFirst() instanceof X509Certificate one && one.getNotAfter().after(soon);
    }

    private void make(List<String> names, InstantSource clock) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        Files.createDirectories(certificate.toAbsolutePath().getParent());
        // An old certificate beside a new key would not do: with none, both are made again.
        Files.deleteIfExists(certificate);
        SecretFile.replace(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        WholeFile.replace(certificate, pem("CERTIFICATE", selfSigned(pair, names, clock)));
    }

    /** @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-4.1">RFC 5280, 4.1</a> */
    private static byte[] selfSigned(KeyPair pair, List<String> names, InstantSource clock)
            throws IOException, GeneralSecurityException {
        var algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
        var name = new X500Name("CN=fulgurite");
        var extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        extensions.addExtension(Extension.subjectAlternativeName, false,
                new GeneralNames(names.stream().map(Certificates::alternative).toArray(GeneralName[]::new)));
        var content = new V3TBSCertificateGenerator();
        content.setSerialNumber(new ASN1Integer(BigInteger.valueOf(clock.millis())));
        content.setSignature(algorithm);
        content.setIssuer(name);
        content.setSubject(name);
        content.setStartDate(new Time(Date.from(clock.instant().minus(Duration.ofDays(1)))));
        content.setEndDate(new Time(Date.from(clock.instant().plus(LIFE))));
        content.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        content.setExtensions(extensions.generate());
        TBSCertificate signed = content.generateTBSCertificate();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getEncoded(ASN1Encoding.DER));
        var whole = new ASN1EncodableVector();
        whole.add(signed);
        whole.add(algorithm);
        whole.add(new DERBitString(signature.sign()));
        return new DERSequence(whole).getEncoded(ASN1Encoding.DER);
    }

    private static GeneralName alternative(String name) {
        boolean address = name.contains(":") || name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }

    private List<Certificate> chain() throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(certificate)) {
            var chain = List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
            if (chain.isEmpty()) throw new GeneralSecurityException("there is no certificate in it");
            return List.copyOf(chain);
        }
    }

    /** @throws BadCertificateException when the files are none of PEM, with a key of PKCS 8 */
    public SSLContext toServe() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("api", privateKey(), new char[0], chain().toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new BadCertificateException("cannot serve TLS with " + certificate + " and " + key + ": "
                    + e.getMessage() + "; a certificate and a PKCS 8 key are expected, both in PEM");
        }
    }

    private PrivateKey privateKey() throws IOException, GeneralSecurityException {
        String text = Files.readString(key);
        String begin = "-----BEGIN PRIVATE KEY-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END PRIVATE KEY-----");
        if (from < 0 || to < from) throw new GeneralSecurityException("there is no private key in it");
        var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to)));
        for (String algorithm : List.of("EC", "RSA", "EdDSA")) try {
            return KeyFactory.getInstance(algorithm).generatePrivate(spec);
        } catch (InvalidKeySpecException e) {
            // It may be of the next kind.
        }
        throw new GeneralSecurityException("the key is of no known kind");
    }

    /** What a client needs to trust that certificate, and no other. @param certificate in PEM */
    public static SSLContext toTrust(Path certificate) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            byte[] pem = Files.readString(certificate).getBytes(StandardCharsets.US_ASCII);
            var found = CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
            store.setCertificateEntry("api", found);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new BadCertificateException("cannot trust the certificate " + certificate + ": " + e.getMessage());
        }
    }
}
