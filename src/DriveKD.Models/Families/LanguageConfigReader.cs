using System.Globalization;
using DriveKD.Models.Layers;

namespace DriveKD.Models.Families;

/// <summary>Reads the decoder's part of a config: families share its keys.</summary>
internal static class LanguageConfigReader
{
    /// <summary>Reads the section. Every problem is noted.</summary>
    /// <param name="language">The section.</param>
    /// <param name="tieFallback">Whether the head is the embedding where the section does not say it.</param>
    /// <param name="dialect">What the family has otherwise.</param>
    public static LanguageModelConfig Read(ConfigSection language, bool tieFallback, LanguageDialect dialect)
    {
        language.Expect("model_type", dialect.ModelType);
        language.ExpectEach("architectures", dialect.Architecture);
        language.Expect("hidden_act", "silu");
        language.Expect("use_sliding_window", "false");
        language.ExpectEach("layer_types", "full_attention");
        language.ExpectZero("attention_dropout");
        int hidden = language.Integer("hidden_size");
        int heads = language.Integer("num_attention_heads");
        if (language.Has("hidden_size") && language.Has("num_attention_heads") && !language.Has("head_dim") && hidden % heads != 0)
        {
            language.Report("hidden_size", $"is {hidden}, no multiple of num_attention_heads {heads}, and head_dim is missing");
        }

        (RopeScalingKind kind, double factor, double theta, RotarySections? sections) = ReadRope(language, dialect);
        return new LanguageModelConfig
        {
            HiddenSize = hidden,
            Layers = language.Integer("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = language.Integer("num_key_value_heads", heads),
            HeadSize = language.Integer("head_dim", Math.Max(1, hidden / heads)),
            IntermediateSize = language.Integer("intermediate_size"),
            VocabularySize = language.Integer("vocab_size"),
            NormEpsilon = language.PositiveNumber("rms_norm_eps", 1e-6),
            RopeTheta = theta,
            RopeScaling = kind,
            RopeFactor = factor,
            Sections = sections,
            MaxPositions = language.Integer("max_position_embeddings", 32768),
            TiesWordEmbeddings = language.Boolean("tie_word_embeddings", tieFallback),
        };
    }

    /// <summary>Notes sizes that do not fit each other.</summary>
    /// <param name="root">config.json.</param>
    /// <param name="section">The section's name; empty for the root.</param>
    /// <param name="language">What was read.</param>
    public static void CheckShape(ConfigSection root, string section, LanguageModelConfig language)
    {
        if (language.Heads % language.KeyValueHeads != 0)
        {
            root.Report(section, $"num_attention_heads {language.Heads} is not a multiple of num_key_value_heads {language.KeyValueHeads}");
        }

        if (language.HeadSize % 2 != 0)
        {
            root.Report(section, $"the head width {language.HeadSize} is odd; rotary embeddings need pairs");
        }
        else if (language.HeadSize == 2 && language.RopeScaling == RopeScalingKind.Dynamic)
        {
            root.Report(section, "the head width 2 leaves dynamic rope scaling nothing to scale: its exponent d / (d - 2) is infinite");
        }

        if (language.Sections is RotarySections sections && sections.Total != language.HeadSize / 2)
        {
            root.Report(
                section,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"mrope_section [{sections.Time}, {sections.Height}, {sections.Width}] shares {sections.Total} frequencies; a head of {language.HeadSize} channels has {language.HeadSize / 2}"));
        }
    }

    /// <summary>The section's sizes, for <see cref="SizeLimits.Check"/>.</summary>
    /// <param name="prefix">The section's name with a dot; empty for the root.</param>
    /// <param name="language">What was read.</param>
    public static IEnumerable<(string Key, int Value, int Most)> Sizes(string prefix, LanguageModelConfig language) =>
    [
        (prefix + "hidden_size", language.HiddenSize, SizeLimits.Channels),
        (prefix + "intermediate_size", language.IntermediateSize, SizeLimits.Channels),
        (prefix + "num_attention_heads", language.Heads, SizeLimits.Heads),
        (prefix + "head_dim", language.HeadSize, SizeLimits.Heads),
        (prefix + "num_hidden_layers", language.Layers, SizeLimits.Layers),
        (prefix + "vocab_size", language.VocabularySize, SizeLimits.Rows),
    ];

    /// <summary>Older files hold rope_theta and rope_scaling, newer ones both in rope_parameters.</summary>
    private static (RopeScalingKind Kind, double Factor, double Theta, RotarySections? Sections) ReadRope(ConfigSection language, LanguageDialect dialect)
    {
        string? key = language.FirstPresent("rope_parameters", "rope_scaling");
        ConfigSection? scaling = key is null ? null : language.Section(key);
        double theta = language.Has("rope_theta") ? language.PositiveNumber("rope_theta")
            : scaling is not null && scaling.Has("rope_theta") ? scaling.PositiveNumber("rope_theta")
            : language.PositiveNumber("rope_theta", 10000);
        language.Expect("partial_rotary_factor", "1");
        if (scaling is null)
        {
            if (dialect.HasSections)
            {
                language.Report("rope_scaling", "is missing; an object with mrope_section is expected");
            }

            return (RopeScalingKind.None, 1, theta, null);
        }

        scaling.Expect("partial_rotary_factor", "1");

        string typeKey = scaling.FirstPresent("rope_type", "type") ?? "rope_type";
        string type = scaling.Text(typeKey) ?? "default";
        if (!dialect.RopeTypes.Contains(type))
        {
            scaling.Report(typeKey, $"is {type}, which changes the numbers and is not supported; supported: {string.Join(", ", dialect.RopeTypes)}");
        }

        RopeScalingKind kind = type switch
        {
            "linear" => RopeScalingKind.Linear,
            "dynamic" => RopeScalingKind.Dynamic,
            _ => RopeScalingKind.None,
        };
        if (kind == RopeScalingKind.Dynamic && scaling.Has("original_max_position_embeddings") && language.Has("max_position_embeddings"))
        {
            // Whether scaling starts at the one or the other differs between versions of the reference.
            scaling.Expect("original_max_position_embeddings", language.Integer("max_position_embeddings").ToString(CultureInfo.InvariantCulture));
        }

        return (kind, kind == RopeScalingKind.None ? 1 : scaling.PositiveNumber("factor"), theta, dialect.HasSections ? ReadSections(scaling) : null);
    }

    private static RotarySections? ReadSections(ConfigSection scaling)
    {
        IReadOnlyList<int>? sections = scaling.Integers("mrope_section", RotarySections.Axes);
        return sections is null ? null : new RotarySections(sections[0], sections[1], sections[2]);
    }
}
