#pragma once

// The normal distribution and the mixtures of it that the gauge test is made of (Howard, Ramdas, McAuliffe, Sekhon:
// time-uniform, nonparametric, nonasymptotic confidence sequences).
namespace depops::analysis {

double normal_cdf(double z) noexcept;
double log_normal_cdf(double z) noexcept;

// z with normal_cdf(z) = p. Pre: 0 < p < 1.
double normal_quantile(double p);

// The mixing precision r that makes the two-sided boundary lowest near the intrinsic time v; for a one-sided boundary
// give twice its alpha.
double best_precision(double v, double alpha);

// ln of the mixture of exp(lambda s - lambda^2 v / 2) over a normal (one-sided: half-normal) lambda of precision r.
double log_mixture_two_sided(double s, double v, double r) noexcept;
double log_mixture_one_sided(double s, double v, double r) noexcept;

// The s at which the mixture reaches 1/alpha.
double bound_two_sided(double v, double alpha, double r);
double bound_one_sided(double v, double alpha, double r);

}  // namespace depops::analysis
