using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Choir.ActorHost.Hosting;

/// <summary>Options for the silo's address and ports. Configuration section <c>Silo</c>.</summary>
public sealed class SiloEndpointOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Silo";

    /// <summary>The port for other hosts. Default 0, which selects a free port; from 0 to 65535.</summary>
    [Range(0, 65_535, ErrorMessage = "Silo:Port must be 0 (a free one) to 65535.")]
    public int Port { get; set; }

    /// <summary>The port for clients of the cluster, such as the gateway. Default 0, which selects a free port; from 0 to 65535.</summary>
    [Range(0, 65_535, ErrorMessage = "Silo:GatewayPort must be 0 (a free one) to 65535.")]
    public int GatewayPort { get; set; }

    /// <summary>
    /// The port on which the silo listens for other hosts, if another one is advertised: behind a mapping of ports. Default 0, which
    /// is <see cref="Port"/>; from 0 to 65535.
    /// </summary>
    [Range(0, 65_535, ErrorMessage = "Silo:ListeningPort must be 0 (as advertised) to 65535.")]
    public int ListeningPort { get; set; }

    /// <summary>The same for <see cref="GatewayPort"/>.</summary>
    [Range(0, 65_535, ErrorMessage = "Silo:ListeningGatewayPort must be 0 (as advertised) to 65535.")]
    public int ListeningGatewayPort { get; set; }

    /// <summary>
    /// The advertised IP address. Default null: loopback in development, otherwise the address of the machine.
    /// </summary>
    public string? Address { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is not null && !IPAddress.TryParse(Address, out _))
        {
            yield return new($"Silo:Address is '{Address}'; it must be an IP address, or left out.");
        }

        if (ListeningPort != 0 && Port == 0)
        {
            yield return new("Silo:ListeningPort is set without Silo:Port, the port that the others are told. Set both.");
        }

        if (ListeningGatewayPort != 0 && GatewayPort == 0)
        {
            yield return new("Silo:ListeningGatewayPort is set without Silo:GatewayPort, the port that clients are told. Set both.");
        }

        if (Port != 0 && Port == GatewayPort)
        {
            yield return new($"Silo:Port and Silo:GatewayPort are both {Port}; they must differ.");
        }
    }
}
