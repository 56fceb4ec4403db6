namespace Aspire.Hosting.ApplicationModel;

/// <summary>The base of all resources.</summary>
public abstract class Resource : IResource
{
    /// <summary>Makes a resource.</summary>
    /// <exception cref="ArgumentException">The name is not 1 to 64 ASCII letters, digits and hyphens, from a letter on.</exception>
    protected Resource(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var valid = name.Length <= 64 && char.IsAsciiLetter(name[0]) && name[^1] != '-'
            && !name.Contains("--", StringComparison.Ordinal) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
        if (!valid)
            throw new ArgumentException($"Resource name '{name}' is invalid. Name must start with an ASCII letter, contain "
                + "only ASCII letters, digits, and single hyphens, not end with a hyphen, and be at most 64 long.", nameof(name));
        Name = name;
    }

    /// <inheritdoc />
    public virtual string Name { get; }

    /// <inheritdoc />
    public virtual ResourceAnnotationCollection Annotations { get; } = [];
}
