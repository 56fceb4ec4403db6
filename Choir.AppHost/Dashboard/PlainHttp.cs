namespace Choir.AppHost.Dashboard;

internal static class PlainHttp
{
    /// <summary>
    /// Disables the developer certificate for a project without an HTTPS endpoint. Otherwise Aspire passes one to every
    /// project, and shows a warning on a machine without one.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithPlainHttp(this IResourceBuilder<ProjectResource> project) =>
        // Experimental, but the only supported way to disable the warning.
#pragma warning disable ASPIRECERTIFICATES001
        project.WithoutHttpsCertificate();
#pragma warning restore ASPIRECERTIFICATES001
}
