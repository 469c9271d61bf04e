namespace DriveKD.Data.Samples;

/// <summary>The names under which record files know the capabilities.</summary>
public static class CapabilityNames
{
    private static readonly Dictionary<string, Capability> _aliases = new(StringComparer.Ordinal)
    {
        ["perception"] = Capability.Perception,
        ["perceptual"] = Capability.Perception,
        ["perceive"] = Capability.Perception,
        ["per"] = Capability.Perception,
        ["p"] = Capability.Perception,
        ["reasoning"] = Capability.Reasoning,
        ["reason"] = Capability.Reasoning,
        ["logical_reasoning"] = Capability.Reasoning,
        ["infer"] = Capability.Reasoning,
        ["r"] = Capability.Reasoning,
        ["prediction"] = Capability.Reasoning,
        ["behavior"] = Capability.Reasoning,
        ["planning"] = Capability.Planning,
        ["plan"] = Capability.Planning,
        ["pl"] = Capability.Planning,
        ["d"] = Capability.Planning,
        ["decision"] = Capability.Planning,
    };

    /// <summary>The main names, for messages.</summary>
    internal const string Expected = "perception, prediction, behavior, reasoning or planning";

    /// <summary>
    /// Reads a question type: an alias of the authors' trainer, DriveLM's and DriveBench's prediction and behavior (both count as
    /// reasoning), else any name that contains percep, reason or plan, in this order. Letter case and outer blanks do not count;
    /// a blank or hyphen inside is an underscore.
    /// </summary>
    /// <param name="questionType">The name in the record.</param>
    /// <returns>The capability, or null where the name is none of these.</returns>
    public static Capability? Find(string questionType)
    {
        string name = questionType.Trim().ToLowerInvariant().Replace(' ', '_').Replace('-', '_');
        if (_aliases.TryGetValue(name, out Capability capability))
        {
            return capability;
        }

        return name.Contains("percep", StringComparison.Ordinal) ? Capability.Perception
            : name.Contains("reason", StringComparison.Ordinal) ? Capability.Reasoning
            : name.Contains("plan", StringComparison.Ordinal) ? Capability.Planning
            : null;
    }
}
