using DriveKD.Models.Families;

namespace DriveKD.Models.Qwen25VL;

/// <summary>
/// Which file name is which parameter: the release's names (<c>visual.*</c>, <c>model.*</c>), which are the canonical ones, and those of newer
/// transformers' modules (<c>model.visual.*</c>, <c>model.language_model.*</c>).
/// </summary>
internal static class Qwen25VLTensorNames
{
    /// <summary>First match wins.</summary>
    private static readonly (string Prefix, string Canonical)[] _regions =
    [
        ("model.visual.", "visual."),
        ("visual.", "visual."),
        ("model.language_model.", "model."),
        ("language_model.model.", "model."),
        ("language_model.lm_head.", "lm_head."),
        ("model.lm_head.", "lm_head."),
        ("lm_head.", "lm_head."),
        ("model.", "model."),
    ];

    /// <summary>Which parameter a file's tensor name stands for.</summary>
    public static TensorPlace Resolve(string fileName)
    {
        string name = TrainingWrappers.Strip(fileName);
        if (name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal) || name.EndsWith("rotary_pos_emb.inv_freq", StringComparison.Ordinal))
        {
            return TensorPlace.Dropped("rotary frequencies follow from the config");
        }

        foreach ((string prefix, string canonical) in _regions)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return TensorPlace.Whole(canonical + name[prefix.Length..]);
            }
        }

        return TensorPlace.Unknown;
    }

    /// <summary>The name under which a parameter is written.</summary>
    /// <param name="canonical">Its canonical name.</param>
    /// <param name="isNewer">The names of newer transformers' modules.</param>
    public static string FileName(string canonical, bool isNewer) =>
        !isNewer || canonical.StartsWith("lm_head.", StringComparison.Ordinal) ? canonical
        : canonical.StartsWith("visual.", StringComparison.Ordinal) ? "model." + canonical
        : "model.language_model." + canonical["model.".Length..];

    /// <summary>The naming that most names follow, in words; null where none is known.</summary>
    public static string? Describe(IEnumerable<string> fileNames)
    {
        (int released, int newer) = (0, 0);
        foreach (string name in fileNames.Select(TrainingWrappers.Strip))
        {
            bool isNewer = name.StartsWith("model.visual.", StringComparison.Ordinal) || name.StartsWith("model.language_model.", StringComparison.Ordinal);
            newer += isNewer ? 1 : 0;
            released += !isNewer && (name.StartsWith("visual.", StringComparison.Ordinal) || name.StartsWith("model.", StringComparison.Ordinal)) ? 1 : 0;
        }

        return released == 0 && newer == 0 ? null : newer > released ? "transformers tensor names, newer form" : "released tensor names";
    }
}
