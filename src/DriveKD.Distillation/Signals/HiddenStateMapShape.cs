namespace DriveKD.Distillation.Signals;

/// <summary>A learned linear map from a student's hidden states to a teacher's width.</summary>
/// <param name="Name">Unique in the run.</param>
/// <param name="TeacherWidth">Channels out.</param>
/// <param name="StudentWidth">Channels in.</param>
internal sealed record HiddenStateMapShape(string Name, int TeacherWidth, int StudentWidth);
