namespace DriveKD.Models.Families;

/// <summary>What a family's decoder section has otherwise than another's.</summary>
internal sealed record LanguageDialect
{
    /// <summary>A Qwen2 decoder as it is.</summary>
    public static LanguageDialect Qwen2 { get; } = new() { ModelType = "qwen2", Architecture = "Qwen2ForCausalLM", RopeTypes = ["default", "linear", "dynamic"] };

    /// <summary>The section's model_type, where it names one.</summary>
    public required string ModelType { get; init; }

    /// <summary>The section's architecture, where it names one.</summary>
    public required string Architecture { get; init; }

    /// <summary>Kinds of rotary scaling that are understood.</summary>
    public required IReadOnlyList<string> RopeTypes { get; init; }

    /// <summary>Frequencies are shared among three positions, and mrope_section says how.</summary>
    public bool HasSections { get; init; }
}
