using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Pulls;

/// <summary>A signal that might be distilled: the map of one student layer follows that of one teacher layer, squared distance as published.</summary>
/// <param name="Map">The part of the maps.</param>
/// <param name="TeacherLayer">From 1.</param>
/// <param name="StudentLayer">From 1.</param>
public sealed record PullCandidate(AttentionMapKind Map, int TeacherLayer, int StudentLayer);
