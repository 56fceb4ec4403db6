using System.Globalization;
using System.Runtime.CompilerServices;
using YamlDotNet.RepresentationModel;

namespace Choir.LoadTest.Profiles;

/// <summary>What is wrong in the file of a profile, and the lines of the profile's parts.</summary>
/// <param name="file">The name of the file.</param>
internal sealed class ProfileErrors(string file)
{
    private readonly List<(long Line, string Text)> _errors = [];
    private readonly Dictionary<(object Part, string? Setting), long> _lines = new(PartComparer.Instance);
    private readonly HashSet<(object Part, string? Setting)> _unread = new(PartComparer.Instance);

    /// <summary>How many there are so far.</summary>
    public int Count => _errors.Count;

    /// <summary>All errors in the order of their lines, each a sentence; those without a line are the last.</summary>
    public IReadOnlyList<string> Sentences => [.. _errors.OrderBy(error => error.Line).Select(error => error.Text)];

    /// <summary>Adds an error of the file's form.</summary>
    /// <param name="at">Where.</param>
    /// <param name="problem">What, without a full stop.</param>
    public void Add(YamlNode at, string problem) => Add(at.Start.Line, problem + ".");

    /// <summary>Adds an error of the profile's values, unless they could not be read.</summary>
    public void Add(ProfileProblem problem)
    {
        if (_unread.Contains((problem.Part, null)) || _unread.Contains((problem.Part, problem.Setting))
            || (problem.DependsOnKind && _unread.Contains((ProfileFields.Kind, null))))
        {
            return;
        }

        Add(
            _lines.TryGetValue((problem.Part, problem.Setting), out var line) || _lines.TryGetValue((problem.Part, null), out line) ? line : long.MaxValue,
            problem.Text);
    }

    /// <summary>Says where a part of the profile, or a setting of it, stands; null if the file does not have it.</summary>
    public void Locate(object part, YamlNode? at, string? setting = null)
    {
        if (at is not null)
        {
            _lines[(part, setting)] = at.Start.Line;
        }
    }

    /// <summary>A part, or a setting of it, has an error of its form: nothing more can be said of its value.</summary>
    public void CannotRead(object part, string? setting = null) => _unread.Add((part, setting));

    private void Add(long line, string sentence) => _errors.Add(
        (line, line == long.MaxValue ? $"{file}: {sentence}" : string.Create(CultureInfo.InvariantCulture, $"{file}, line {line}: {sentence}")));

    // Two stages of a profile may have the same values.
    private sealed class PartComparer : IEqualityComparer<(object Part, string? Setting)>
    {
        public static readonly PartComparer Instance = new();

        public bool Equals((object Part, string? Setting) one, (object Part, string? Setting) other) =>
            one.Setting == other.Setting
            && (ReferenceEquals(one.Part, other.Part) || (one.Part is string name && other.Part is string same && name == same));

        public int GetHashCode((object Part, string? Setting) key) => HashCode.Combine(
            key.Part is string name ? name.GetHashCode(StringComparison.Ordinal) : RuntimeHelpers.GetHashCode(key.Part), key.Setting);
    }
}
