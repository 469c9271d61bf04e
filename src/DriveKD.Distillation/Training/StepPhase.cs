namespace DriveKD.Distillation.Training;

/// <summary>What a training step spends its time on.</summary>
public enum StepPhase
{
    /// <summary>Pictures through vision towers and projectors, student's and teachers', without their backward pass.</summary>
    Vision,

    /// <summary>The teachers' decoders.</summary>
    Teacher,

    /// <summary>The student's decoder forward, and the losses.</summary>
    Student,

    /// <summary>The backward pass of supervision.</summary>
    BackwardSupervision,

    /// <summary>The backward pass of the perception signal.</summary>
    BackwardPerception,

    /// <summary>The backward pass of the reasoning signal.</summary>
    BackwardReasoning,

    /// <summary>The backward pass of the planning signal.</summary>
    BackwardPlanning,

    /// <summary>One backward pass of all losses together.</summary>
    BackwardTogether,

    /// <summary>Inner products, norms, coefficients and the combined gradient.</summary>
    Projection,

    /// <summary>Norm of the update, and the optimizer.</summary>
    Optimizer,

    /// <summary>Everything else.</summary>
    Other,
}
