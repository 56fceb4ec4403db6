namespace Choir.Tests.Support;

/// <summary>Text that breaks reports which do not escape it.</summary>
internal static class HostileText
{
    public const string Value =
        "</title></style><script>alert(1)</script><img src=x onerror=alert(2)>\" onload=\"x ' `code` | cell |\n# heading\r\n"
        + "@everyone [link](javascript:alert(3)) **bold** _x_ http://example.test www.example.test &amp; \u202Egnirts\u0000\uD800 ]]>";
}
