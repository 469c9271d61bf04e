namespace DriveKD.Models.Families;

/// <summary>What a tensor of a file stands for: a parameter, a third of a fused parameter's rows, nothing on purpose, or unknown.</summary>
public sealed record TensorPlace
{
    private TensorPlace()
    {
    }

    /// <summary>The name belongs to no model of the family.</summary>
    public static TensorPlace Unknown { get; } = new();

    /// <summary>The parameter's canonical name; null for what is dropped or unknown. Whether a config has such a parameter is another question.</summary>
    public string? Parameter { get; private init; }

    /// <summary>Which third of the fused query-key-value rows it holds (0 query, 1 key, 2 value), or null for the whole parameter.</summary>
    public int? Third { get; private init; }

    /// <summary>Why it is dropped on purpose; null for everything else.</summary>
    public string? DropReason { get; private init; }

    internal static TensorPlace Whole(string parameter) => new() { Parameter = parameter };

    internal static TensorPlace Rows(string parameter, int third) => new() { Parameter = parameter, Third = third };

    internal static TensorPlace Dropped(string reason) => new() { DropReason = reason };
}
