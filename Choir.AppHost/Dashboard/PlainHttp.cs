namespace Choir.AppHost.Dashboard;

/// <summary>Says that a service speaks plain HTTP.</summary>
internal static class PlainHttp
{
    /// <summary>
    /// No developer certificate for a project that has no HTTPS endpoint. Otherwise Aspire offers one to every project,
    /// and warns on a machine without one, in the log and across the dashboard.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithPlainHttp(this IResourceBuilder<ProjectResource> project) =>
        // Experimental, and the only supported way to turn the warning off.
#pragma warning disable ASPIRECERTIFICATES001
        project.WithoutHttpsCertificate();
#pragma warning restore ASPIRECERTIFICATES001
}
