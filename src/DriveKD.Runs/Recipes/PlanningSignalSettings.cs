namespace DriveKD.Runs.Recipes;

/// <summary>The planning teacher's signal; published: text-to-vision attention of the last layer but one.</summary>
public sealed record PlanningSignalSettings : SignalSettings
{
    /// <summary>The published signal.</summary>
    public PlanningSignalSettings()
    {
        Map = AttentionMapKind.TextToVision;
        StudentLayers = new LayerRange { First = -2, Last = -2 };
        TeacherLayers = new LayerRange { First = -2, Last = -2 };
    }

    /// <inheritdoc />
    protected override SignalSettings Published => new PlanningSignalSettings();
}
