namespace DriveKD.Runs.Recipes;

/// <summary>The perception teacher's signal; published: text-to-vision attention of the first layer.</summary>
public sealed record PerceptionSignalSettings : SignalSettings
{
    /// <summary>The published signal.</summary>
    public PerceptionSignalSettings()
    {
        Map = AttentionMapKind.TextToVision;
        StudentLayers = new LayerRange { First = 1, Last = 1 };
        TeacherLayers = new LayerRange { First = 1, Last = 1 };
    }

    /// <inheritdoc />
    protected override SignalSettings Published => new PerceptionSignalSettings();
}
