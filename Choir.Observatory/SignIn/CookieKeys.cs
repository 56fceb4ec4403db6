using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Choir.Observatory.SignIn;

/// <summary>
/// The key ring of ASP.NET Core's data protection with one key that is derived from a secret, so that it is the same after a restart
/// and at every instance, and nothing is stored.
/// </summary>
/// <remarks>The form of the element is that of <c>XmlKeyManager</c> in ASP.NET Core's data protection, version 1.</remarks>
internal sealed class CookieKeys(string secret) : IXmlRepository
{
    private const int MasterKeyBytes = 64;
    private const int IdBytes = 16;
    private const string Never = "9999-01-01T00:00:00Z";
    private const string Always = "2020-01-01T00:00:00Z";

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var material = HKDF.DeriveKey(
            HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), MasterKeyBytes + IdBytes, info: "Choir.Observatory cookies"u8.ToArray());
        return
        [
            new XElement("key",
                new XAttribute("id", new Guid(material.AsSpan(MasterKeyBytes))),
                new XAttribute("version", 1),
                new XElement("creationDate", Always),
                new XElement("activationDate", Always),
                new XElement("expirationDate", Never),
                new XElement("descriptor",
                    new XAttribute("deserializerType", DescriptorDeserializer),
                    new XElement("descriptor",
                        new XElement("encryption", new XAttribute("algorithm", "AES_256_CBC")),
                        new XElement("validation", new XAttribute("algorithm", "HMACSHA256")),
                        new XElement("masterKey", new XElement("value", Convert.ToBase64String(material, 0, MasterKeyBytes)))))),
        ];
    }

    public void StoreElement(XElement element, string friendlyName) =>
        throw new NotSupportedException("The key ring has one key, which is derived.");

    private static string DescriptorDeserializer => typeof(Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel
        .AuthenticatedEncryptorDescriptorDeserializer).AssemblyQualifiedName!;
}
