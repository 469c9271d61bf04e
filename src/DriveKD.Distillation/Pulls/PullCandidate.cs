using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Pulls;

/// <summary>A signal that might be distilled, as published: squared distance of maps or states of one layer each, or the divergence of logits.</summary>
/// <param name="Kind">What is compared.</param>
/// <param name="Map">The part of the maps; for attention.</param>
/// <param name="TeacherLayer">From 1; 0 for logits.</param>
/// <param name="StudentLayer">From 1; 0 for logits.</param>
public sealed record PullCandidate(SignalKind Kind, AttentionMapKind Map, int TeacherLayer, int StudentLayer)
{
    /// <summary>The answer's logits.</summary>
    public static PullCandidate Logits { get; } = new(SignalKind.Logits, AttentionMapKind.Full, 0, 0);

    /// <summary>The map of one student layer follows that of one teacher layer.</summary>
    /// <param name="map">The part of the maps.</param>
    /// <param name="teacherLayer">From 1.</param>
    /// <param name="studentLayer">From 1.</param>
    public static PullCandidate Attention(AttentionMapKind map, int teacherLayer, int studentLayer) => new(SignalKind.Attention, map, teacherLayer, studentLayer);

    /// <summary>The output of one student layer follows that of one teacher layer, for models of one width.</summary>
    /// <param name="teacherLayer">From 1.</param>
    /// <param name="studentLayer">From 1.</param>
    public static PullCandidate States(int teacherLayer, int studentLayer) => new(SignalKind.HiddenStates, AttentionMapKind.Full, teacherLayer, studentLayer);
}
