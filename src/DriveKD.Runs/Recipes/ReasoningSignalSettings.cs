namespace DriveKD.Runs.Recipes;

/// <summary>The reasoning teacher's signal; published: full attention maps of all layers but the last, matched by groups.</summary>
public sealed record ReasoningSignalSettings : SignalSettings
{
    /// <summary>The published signal.</summary>
    public ReasoningSignalSettings()
    {
        Map = AttentionMapKind.Full;
        StudentLayers = new LayerRange { First = 1, Last = -2 };
        TeacherLayers = new LayerRange { First = 1, Last = -2 };
    }

    /// <inheritdoc />
    protected override SignalSettings Published => new ReasoningSignalSettings();
}
